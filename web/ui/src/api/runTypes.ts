/** Runs, task instances and tries as the API answers them. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Hold = Schemas["Hold"];
export type Held = Schemas["Held"];
/** Everything at once: no page follows. */
export type Holds = Schemas["Holds"] & { next_cursor?: null };
export type DagRun = Schemas["DagRun"];
export type DagRunDetails = Schemas["DagRunDetails"];
export type TaskInstance = Schemas["TaskInstance"];
export type TaskInstancePage = Schemas["TaskInstances"];
export type Try = Schemas["Try"];
export type RunGantt = Schemas["Gantt"];
export type GanttTask = Schemas["GanttTask"];
export type GanttAttempt = Schemas["GanttAttempt"];
export type RunGrid = Schemas["Grid"];
export type GridRow = Schemas["GridRow"];
export type GridRun = Schemas["GridRun"];
export type Durations = Schemas["Durations"];

/** Which task instance is meant; `mapIndex` -1 is a task that is not mapped, or all instances of one that is. */
export interface InstanceRef {
  dagId: string;
  runId: string;
  taskId: string;
  mapIndex: number;
}
