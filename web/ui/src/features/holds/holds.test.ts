import { expect, test } from "vitest";
import type { Held } from "@/api/runTypes";
import { commandOf, holdOn, holdsOf, NO_HOLDS, namedHold, releaseCommand, shownHold } from "./holds";

const held = (dag_run_id: string, task_id: string): Held => ({
  dag_id: "shop",
  dag_run_id,
  task_id,
  reason: `${dag_run_id}/${task_id}`,
  actor: "ops",
  held_at: "2026-11-21T10:00:00Z",
});
const EVERY_RUN = held("", "load");
const RUN = held("first", "");
const CELL = held("first", "load");

test("each hold is found at its own place", () => {
  const dag = held("", "");
  const holds = holdsOf([dag, EVERY_RUN, RUN, CELL]);
  expect([holds.dag, holds.tasks.get("load"), holds.runs.get("first")]).toEqual([dag, EVERY_RUN, RUN]);
  expect(holds.inRuns.get("first")?.get("load")).toBe(CELL);
  expect(holdsOf([])).toBe(NO_HOLDS);
});

test("the nearest hold is the one to tell of", () => {
  expect(holdOn(holdsOf([EVERY_RUN, RUN, CELL]), "first", "load")).toBe(CELL);
  expect(holdOn(holdsOf([EVERY_RUN, RUN]), "first", "load")).toBe(EVERY_RUN);
  expect(holdOn(holdsOf([EVERY_RUN, RUN]), "first", "other")).toBe(RUN);
  expect(holdOn(holdsOf([EVERY_RUN, RUN]), "second", "other")).toBeNull();
});

test("a hold of all runs, or of all tasks, shows only on what has yet to start", () => {
  const holds = holdsOf([EVERY_RUN]);
  for (const state of ["none", "scheduled", "queued", "up_for_retry", "deferred"])
    expect(shownHold(holds, "first", "load", ["success", state])).toBe(EVERY_RUN);
  for (const state of ["success", "failed", "running"]) expect(shownHold(holds, "first", "load", [state])).toBeNull();
});

test("what is held by itself shows whatever its state is: so it is found and released", () => {
  expect(shownHold(holdsOf([CELL]), "first", "load", ["failed"])).toBe(CELL);
});

test("each hold has the command that releases it", () => {
  expect(releaseCommand("shop", "first", null)).toBe("headway runs release shop first");
  expect(releaseCommand("shop", "first", "load")).toBe("headway tasks release shop load first");
  expect(releaseCommand("shop", null, "load")).toBe("headway tasks release shop load");
  expect(commandOf(held("", ""))).toBe("headway dags release shop");
});

test("a reason names the hold that its command releases, and no other", () => {
  const dag = held("", "");
  const holds = holdsOf([dag, EVERY_RUN, RUN, CELL]);
  for (const each of [dag, EVERY_RUN, RUN, CELL])
    expect(namedHold(holds, `it is held by ops: ${commandOf(each)}`, "first", "load")).toBe(each);
  expect(namedHold(holds, "waits for extract", "first", "load")).toBeNull();
  expect(namedHold(holds, "it is held by ops: headway runs release shop first", "second", "load")).toBeNull();
});
