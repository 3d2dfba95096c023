import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { type DagFilters, filtersFrom, searchOf } from "./filters";

/** The filters of the list, read from the address and written to it. */
export function useDagFilters(): [DagFilters, (change: Partial<DagFilters>) => void, () => void] {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => filtersFrom(search), [search]);
  const change = useCallback(
    (change: Partial<DagFilters>) =>
      setSearch((before) => searchOf({ ...filtersFrom(before), ...change }), { replace: true }),
    [setSearch],
  );
  const clear = useCallback(() => setSearch(new URLSearchParams(), { replace: true }), [setSearch]);
  return [filters, change, clear];
}
