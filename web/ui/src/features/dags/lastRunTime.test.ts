import { expect, test } from "vitest";
import { lastRunTime } from "./lastRunTime";

const DUE = "2026-11-20T10:00:00Z";
const BEGAN = "2026-11-21T10:00:00Z";

test.each([
  ["scheduled", BEGAN, "dags.lastDue", DUE],
  ["scheduled", null, "dags.lastDue", DUE],
  ["manual", BEGAN, "dags.lastStarted", BEGAN],
  ["manual", null, "dags.lastMade", DUE],
  ["backfill", BEGAN, "dags.lastStarted", BEGAN],
  ["backfill", null, "dags.lastDue", DUE],
])("a %s run that began at %s", (run_type, start_date, key, at) => {
  expect(lastRunTime({ run_type, run_after: DUE, start_date })).toEqual({ key, at });
});
