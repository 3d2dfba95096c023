import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** How a list is narrowed and sorted, read from the address and written to it: the filters, how to change some, and how to clear all. */
export function useFilters<Filters>(
  read: (search: URLSearchParams) => Filters,
  written: (filters: Filters) => URLSearchParams,
): [Filters, (change: Partial<Filters>) => void, () => void] {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => read(search), [read, search]);
  const change = useCallback(
    (change: Partial<Filters>) => setSearch((before) => written({ ...read(before), ...change }), { replace: true }),
    [setSearch, read, written],
  );
  const clear = useCallback(() => setSearch(new URLSearchParams(), { replace: true }), [setSearch]);
  return [filters, change, clear];
}
