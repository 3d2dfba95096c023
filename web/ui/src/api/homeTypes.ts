import type { components } from "./schema";

type Schemas = components["schemas"];

export type Dashboard = Schemas["Dashboard"];
export type FailedRun = Schemas["FailedRun"];
export type Hour = Schemas["Hour"];
export type LateDag = Schemas["LateDag"];
export type QueueBrief = Schemas["QueueBrief"];
