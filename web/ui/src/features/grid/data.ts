/** The Grid's data: pages of runs, kept true by live notices that fetch the changed run's column alone. */

import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { api, path } from "@/api/client";
import type { RunGrid } from "@/api/runTypes";
import { useRunNotices } from "@/live/LiveUpdates";
import { treeOf } from "./rows";
import { columnsOf, type GridRun, withNews } from "./runs";

export interface GridFilters {
  runType: string;
  state: string;
}

type Pages = InfiniteData<RunGrid, string | null>;

const PAGE = 50;
const PACE = 400; // milliseconds in which changed runs gather before they are fetched

/** Everything that the Grid of a DAG shows. */
export function useGrid(dagId: string, filters: GridFilters) {
  const key = useMemo(() => ["grid", dagId, filters], [dagId, filters]);
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchPage(dagId, filters, { before: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 60_000,
  });
  useNews(dagId, filters, key);
  const pages = query.data?.pages;
  const rows = pages?.[0]?.rows;
  const tree = useMemo(() => treeOf(rows ?? []), [rows]);
  const runs = useMemo(() => columnsOf((pages ?? []).map((page) => page.runs)), [pages]);
  return { query, tree, runs };
}

function fetchPage(dagId: string, filters: GridFilters, which: object, signal?: AbortSignal): Promise<RunGrid> {
  const query = { limit: PAGE, run_type: filters.runType, state: filters.state, ...which };
  return api.get<RunGrid>(path`/dags/${dagId}/grid`, signal ? { query, signal } : { query });
}

/** Fetches the columns of runs that changed, several notices at a time, and puts them into the pages. */
function useNews(dagId: string, filters: GridFilters, key: unknown[]): void {
  const client = useQueryClient();
  const changed = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const fetchChanged = useCallback(async () => {
    timer.current = undefined;
    const asked = [...changed.current].slice(0, 100);
    for (const id of asked) changed.current.delete(id);
    try {
      const news = await fetchPage(dagId, filters, { limit: 100, run_ids: asked });
      const pages = client.getQueryData<Pages>(key);
      if (pages?.pages[0]?.version !== news.version) await client.invalidateQueries({ queryKey: key });
      else client.setQueryData<Pages>(key, (old) => old && merged(old, asked, news.runs));
    } catch {
      void client.invalidateQueries({ queryKey: key });
    }
  }, [client, dagId, filters, key]);

  useRunNotices((notice) => {
    if (notice.dag_id !== dagId) return;
    changed.current.add(notice.dag_run_id);
    timer.current ??= setTimeout(() => void fetchChanged(), PACE);
  });
  useEffect(() => {
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, []);
}

/** The pages with `news` in them; runs that were asked for and did not come are gone (deleted, or filtered out). */
export function merged(old: Pages, asked: readonly string[], news: readonly GridRun[]): Pages {
  const came = new Set(news.map((run) => run.dag_run_id));
  const gone = new Set(asked.filter((id) => !came.has(id)));
  const known = new Set(old.pages.flatMap((page) => page.runs.map((run) => run.dag_run_id)));
  const pages = old.pages.map((page, at) => {
    const own = new Set(page.runs.map((run) => run.dag_run_id));
    const mine = news.filter((run) => own.has(run.dag_run_id) || (at === 0 && !known.has(run.dag_run_id)));
    const runs = page.runs.filter((run) => !gone.has(run.dag_run_id));
    return mine.length === 0 && runs.length === page.runs.length ? page : { ...page, runs: withNews(runs, mine) };
  });
  return { ...old, pages };
}
