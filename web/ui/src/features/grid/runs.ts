/** The Grid's columns: runs from the oldest to the newest, pages of older ones and news merged in. */

export type { GridRun } from "@/api/runTypes";

/**
 * Pages as the API sends them (newest page first, each newest first) as one row of columns, oldest first.
 * A run that appears in two pages is shown once, as the page that came later has it.
 */
export function columnsOf<R extends { dag_run_id: string; run_after: string }>(pages: readonly (readonly R[])[]): R[] {
  const byId = new Map<string, R>();
  for (const page of pages) for (const run of page) if (!byId.has(run.dag_run_id)) byId.set(run.dag_run_id, run);
  return [...byId.values()].sort(byAge);
}

/** `runs` with fresh ones in place of those of the same id, and new ones at the front (newest first). */
export function withNews<R extends { dag_run_id: string; run_after: string }>(
  runs: readonly R[],
  news: readonly R[],
): R[] {
  const fresh = new Map(news.map((run) => [run.dag_run_id, run]));
  const kept = runs.map((run) => {
    const replaced = fresh.get(run.dag_run_id);
    fresh.delete(run.dag_run_id);
    return replaced ?? run;
  });
  return [...[...fresh.values()].sort((a, b) => byAge(b, a)), ...kept];
}

/** Oldest first; runs of one moment by their id, so that they never change places. */
function byAge(a: { dag_run_id: string; run_after: string }, b: { dag_run_id: string; run_after: string }): number {
  return Date.parse(a.run_after) - Date.parse(b.run_after) || (a.dag_run_id < b.dag_run_id ? -1 : 1);
}
