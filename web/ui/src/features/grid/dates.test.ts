import { expect, test } from "vitest";
import { dateLabels } from "./dates";

const at = (run_after: string) => ({ run_after, logical_date: null });

test("days are written where they begin, times between them where there is room", () => {
  const hours = Array.from({ length: 24 }, (_, hour) => at(new Date(Date.UTC(2026, 0, 1, 14 + hour)).toISOString()));
  const labels = dateLabels(hours, { column: 20 }, "UTC");
  expect(labels.flatMap((label, column) => (label ? [[column, label]] : []))).toEqual([
    [0, "01-01"],
    [7, "21:00"],
    [10, "01-02"],
    [17, "07:00"],
  ]);
});

test("runs of the same minute are not labelled again", () => {
  const same = Array.from({ length: 40 }, () => at("2026-01-01T12:00:00Z"));
  expect(dateLabels(same, { column: 20 }, "UTC").filter(Boolean)).toHaveLength(1);
});
