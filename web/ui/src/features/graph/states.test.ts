import { expect, test } from "vitest";
import { generated } from "./generated";
import { groupKey, parentsOf } from "./model";
import { boxStates, isNotTaken, progress } from "./states";

test("a group sums its tasks, those of groups within and all instances of mapped ones", () => {
  const structure = generated(3, 2, 1);
  structure.groups = structure.groups.map((group, index) => ({ ...group, parent: index ? "group_0" : "" }));
  structure.tasks.forEach((task, index) => {
    task.group = ["group_0", "group_1", ""][index] ?? "";
  });
  const states = { task_0: "success", task_1: { counts: { success: 3, failed: 1 } }, task_2: "skipped" };
  const boxes = boxStates(structure, parentsOf(structure), states);
  expect(boxes.get(groupKey("group_0"))).toEqual({ counts: { success: 4, failed: 1 }, total: 5, dominant: "failed" });
  expect(boxes.get(groupKey("group_1"))?.total).toBe(4);
  expect([...boxes].filter(([, summary]) => isNotTaken(summary)).map(([id]) => id)).toEqual(["task_2"]);
});

test("progress leaves replaced placeholders out", () => {
  const counts = { success: 10, failed: 2, running: 28, removed: 1 };
  expect(progress({ counts, total: 41, dominant: "failed" })).toEqual({ done: 12, of: 40 });
});
