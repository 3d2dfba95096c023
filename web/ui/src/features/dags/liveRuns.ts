import type { Dag, DagPage, RecentRun } from "@/api/dagTypes";
import type { RunNotice } from "@/live/notices";
import { isFinished, type RunState } from "@/states/states";

/** How many of a DAG's last runs the list shows. */
const SHOWN = 14;

/** The run as the notice tells of it; what the notice does not say stays as it was. */
function noticed(run: RecentRun | undefined, { dag_run_id, state }: RunNotice, now: string): RecentRun {
  const before = run ?? {
    dag_run_id,
    run_type: "",
    run_after: now,
    start_date: null,
    end_date: null,
    duration: null,
    logical_date: null,
  };
  const start_date = before.start_date ?? (state === "queued" ? null : now);
  if (!isFinished(state)) return { ...before, state: state as RunState, start_date, end_date: null, duration: null };
  const end_date = before.end_date ?? now;
  const seconds = start_date ? (Date.parse(end_date) - Date.parse(start_date)) / 1000 : null;
  return { ...before, state: state as RunState, start_date, end_date, duration: before.duration ?? seconds };
}

function dagWith(dag: Dag, notice: RunNotice, now: string): Dag {
  const at = dag.recent_runs.findIndex(({ dag_run_id }) => dag_run_id === notice.dag_run_id);
  const run = noticed(dag.recent_runs[at], notice, now);
  const runs = at < 0 ? [...dag.recent_runs, run].slice(-SHOWN) : dag.recent_runs.with(at, run);
  return { ...dag, recent_runs: runs };
}

/** The list's pages with a notice worked in, so that a thousand runs cost no request; the same object if it shows none of it. */
export function pagesWith(pages: DagPage[], notice: RunNotice, now: string): DagPage[] {
  const at = pages.findIndex(({ dags }) => dags.some(({ dag_id }) => dag_id === notice.dag_id));
  const page = pages[at];
  if (!page) return pages;
  const dags = page.dags.map((dag) => (dag.dag_id === notice.dag_id ? dagWith(dag, notice, now) : dag));
  return pages.with(at, { ...page, dags });
}
