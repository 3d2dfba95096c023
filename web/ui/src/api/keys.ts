/**
 * The names under which react-query keeps answers. What changes with runs and what does not are kept apart,
 * so that a live notice refetches only what it can have changed:
 *
 * - `dags`, `dashboard`, `queues`, `nodes`, `assets`: lists over everything
 * - `dag(dagId, …)`: structure, source, versions, details: changes when the DAG file or its pause does
 * - `runs(dagId, …)`: grid, durations, lists of runs: changes whenever any run of the DAG does
 * - `run(dagId, runId, …)`: one run, its task instances, gantt, graph states
 * - `operating(…)`: backfills, deadlines, triggers: part of what any notice may change, as the dashboard is
 */
export const keys = {
  session: ["session"] as const,
  dags: (...rest: unknown[]) => ["dags", ...rest] as const,
  dag: (dagId: string, ...rest: unknown[]) => ["dag", dagId, ...rest] as const,
  runs: (dagId: string, ...rest: unknown[]) => ["runs", dagId, ...rest] as const,
  run: (dagId: string, runId: string, ...rest: unknown[]) => ["run", dagId, runId, ...rest] as const,
  dashboard: ["dashboard"] as const,
  operating: (...rest: unknown[]) => ["dashboard", "operating", ...rest] as const,
  queues: (...rest: unknown[]) => ["queues", ...rest] as const,
  nodes: (...rest: unknown[]) => ["nodes", ...rest] as const,
  assets: (...rest: unknown[]) => ["assets", ...rest] as const,
  importErrors: (...rest: unknown[]) => ["importErrors", ...rest] as const,
  apiDocument: ["apiDocument"] as const,
  admin: (...rest: unknown[]) => ["admin", ...rest] as const,
};
