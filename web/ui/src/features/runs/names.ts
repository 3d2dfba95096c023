import type { InstanceRef, TaskInstance } from "@/api/runTypes";

/** What a task instance is called in a list; of a mapped one, with its index or the name that the DAG gives it. */
export function nameOf(row: TaskInstance): string {
  return row.map_index >= 0 ? `${row.task_id} [${row.rendered_map_index ?? row.map_index}]` : row.task_id;
}

/** Tells a task instance from all others. */
export const keyOf = (row: TaskInstance): string => `${row.dag_id} ${row.dag_run_id} ${row.task_id} ${row.map_index}`;

/** Which task instance a row is about. */
export function refOf(row: TaskInstance): InstanceRef {
  return { dagId: row.dag_id, runId: row.dag_run_id, taskId: row.task_id, mapIndex: row.map_index };
}
