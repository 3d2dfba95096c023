import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, type QueryValue } from "./client";

interface ListPage {
  next_cursor?: string | null;
  total_entries?: number | null;
}

interface ListOptions<T, Page> {
  queryKey: QueryKey;
  resource: string;
  query?: Record<string, QueryValue>;
  /** Where in an answer the rows are. */
  rows: (page: Page) => T[];
  enabled?: boolean;
}

/** A list of the API, page by page: its rows so far, and how to get more. */
export function useList<T, Page extends ListPage>({
  queryKey,
  resource,
  query,
  rows,
  enabled = true,
}: ListOptions<T, Page>) {
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => api.get<Page>(resource, { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: (before) => before,
    enabled,
  });
  const { data } = list;
  const found = useMemo(() => data?.pages.flatMap(rows) ?? [], [data, rows]);
  return { list, rows: found, total: data?.pages[0]?.total_entries ?? null };
}

export type List<T> = Pick<ReturnType<typeof useList<T, ListPage>>, "list" | "rows" | "total">;
