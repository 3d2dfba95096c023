import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api } from "@/api/client";
import type { Dag, DagPage } from "@/api/dagTypes";
import { keys } from "@/api/keys";
import { useRunNotices } from "@/live/LiveUpdates";
import { type DagFilters, queryOf } from "./filters";
import { pagesWith } from "./liveRuns";

const PAGE = 100;

/** The DAGs that fit the filters, page by page; runs are kept up to date by notices alone. */
export function useDagList(filters: DagFilters) {
  const query = queryOf(filters);
  const list = useInfiniteQuery({
    queryKey: keys.dags("list", query),
    queryFn: ({ pageParam, signal }) =>
      api.get<DagPage>("/dags", { query: { ...query, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
    structuralSharing: false, // comparing a thousand DAGs with themselves at every page costs more than drawing thirty
    placeholderData: (before) => before,
  });
  useLiveRuns();

  const dags = useMemo<Dag[]>(() => list.data?.pages.flatMap((page) => page.dags) ?? [], [list.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { list, dags, total: list.data?.pages[0]?.total_entries ?? null, loadMore };
}

function useLiveRuns(): void {
  const client = useQueryClient();
  useRunNotices((notice) => {
    const now = new Date().toISOString();
    client.setQueriesData<InfiniteData<DagPage>>({ queryKey: keys.dags("list") }, (data) => {
      if (!data) return data;
      const pages = pagesWith(data.pages, notice, now);
      return pages === data.pages ? data : { ...data, pages };
    });
  });
}
