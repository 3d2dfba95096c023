import { expect, test } from "vitest";
import { isOpen, outcomeCounts, settled, shares, shownState, total } from "./progress";

const counts = { waiting: 4, queued: 1, running: 1, success: 2, failed: 1, skipped: 1 };

test("dates that failed or were left out are over, too", () => {
  expect(total(counts)).toBe(10);
  expect(settled(counts)).toBe(4);
});

test("the bar begins with what has succeeded and ends with what waits", () => {
  expect(shares(counts).map(({ part, percent }) => [part, percent])).toEqual([
    ["success", 20],
    ["failed", 10],
    ["running", 10],
    ["queued", 10],
    ["skipped", 10],
    ["waiting", 40],
  ]);
  expect(shares({ waiting: 0, queued: 0, running: 0, success: 0, failed: 0, skipped: 0 })).toEqual([]);
});

test("what is paused can still be changed, what was cancelled cannot", () => {
  expect((["running", "paused", "completed", "cancelled"] as const).map((state) => isOpen({ state }))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("a preview is counted by outcome", () => {
  expect(outcomeCounts([{ outcome: "made" }, { outcome: "skipped" }, { outcome: "made" }])).toEqual({
    made: 2,
    skipped: 1,
  });
});

test("a backfill of which nothing runs is not shown as running", () => {
  expect(shownState({ state: "running", running: 2 })).toBe("running");
  expect(shownState({ state: "running", running: 0 })).toBe("waiting");
  expect(shownState({ state: "paused", running: 1 })).toBe("paused");
});
