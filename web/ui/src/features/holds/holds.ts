/** What people hold of a DAG, in the places where it counts: the DAG, a task of every run, a run, a task of a run. */

import type { Held } from "@/api/runTypes";
import { isFinished } from "@/states/states";

export interface Holds {
  dag: Held | null;
  /** Tasks that are held in every run, by their id. */
  tasks: ReadonlyMap<string, Held>;
  runs: ReadonlyMap<string, Held>;
  /** Tasks that are held in one run, by run and task. */
  inRuns: ReadonlyMap<string, ReadonlyMap<string, Held>>;
}

/** Nothing is held: the same object each time, so that it costs nobody a second look. */
export const NO_HOLDS: Holds = { dag: null, tasks: new Map(), runs: new Map(), inRuns: new Map() };

/** Takes the holds of one DAG as the API lists them. */
export function holdsOf(list: readonly Held[]): Holds {
  if (list.length === 0) return NO_HOLDS;
  const tasks = new Map<string, Held>();
  const runs = new Map<string, Held>();
  const inRuns = new Map<string, Map<string, Held>>();
  for (const held of list) {
    const { dag_run_id: run, task_id: task } = held;
    if (run === "" && task !== "") tasks.set(task, held);
    if (run !== "" && task === "") runs.set(run, held);
    if (run !== "" && task !== "") inRuns.set(run, (inRuns.get(run) ?? new Map<string, Held>()).set(task, held));
  }
  return { dag: list.find((held) => held.dag_run_id === "" && held.task_id === "") ?? null, tasks, runs, inRuns };
}

/** What holds a task in a run: the nearest first, as it is what whoever looks there would release. */
export function holdOn(holds: Holds, runId: string, taskId: string): Held | null {
  return holds.inRuns.get(runId)?.get(taskId) ?? holds.tasks.get(taskId) ?? holds.runs.get(runId) ?? holds.dag ?? null;
}

/** What holds a task in a run, where that shows: it is meant by itself, or one of its `states` has yet to start. */
export function shownHold(holds: Holds, runId: string, taskId: string, states: readonly string[]): Held | null {
  const held = holdOn(holds, runId, taskId);
  if (held === null || (held.dag_run_id !== "" && held.task_id !== "")) return held;
  return states.some((state) => !isFinished(state) && state !== "running") ? held : null;
}

/** The command that releases a run, a task in it, (without a run) a task in every run, or the DAG. */
export function releaseCommand(dagId: string, runId: string | null, taskId: string | null): string {
  const kind = taskId ? "tasks" : runId ? "runs" : "dags";
  return ["headway", kind, "release", dagId, taskId, runId].filter(Boolean).join(" ");
}

/** The command that releases what is held here. */
export const commandOf = ({ dag_id, dag_run_id, task_id }: Held): string => releaseCommand(dag_id, dag_run_id, task_id);

/** The hold that a reason of the server's names by the command that ends it; null where it names none of these. */
export function namedHold(holds: Holds, why: string, runId: string, taskId: string): Held | null {
  const concerned = [holds.dag, holds.tasks.get(taskId), holds.runs.get(runId), holds.inRuns.get(runId)?.get(taskId)];
  return concerned.find((held) => held && why.endsWith(`: ${commandOf(held)}`)) ?? null;
}
