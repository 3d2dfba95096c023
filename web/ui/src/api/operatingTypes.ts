/** Backfills, deadlines and triggers as the API answers them. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Backfill = Schemas["Backfill"];
export type BackfillPage = Schemas["Backfills"];
export type BackfillDate = Schemas["BackfillDate"];
export type BackfillDatePage = Schemas["BackfillDates"];
export type BackfillPreview = Schemas["BackfillPreview"];
export type LeftOut = Schemas["LeftOut"];
export type NewBackfill = Schemas["NewBackfill"];
export type Deadline = Schemas["Deadline"];
export type DeadlinePage = Schemas["Deadlines"];
export type Trigger = Schemas["Trigger"];
export type TriggerPage = Schemas["Triggers"];
