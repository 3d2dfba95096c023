import { expect, test } from "vitest";
import { generated } from "./generated";
import { reach } from "./reach";

test("reaches everything before and after, and not the task itself", () => {
  const structure = { ...generated(5, 0, 1), edge_labels: [] };
  const upstream = [[], ["task_0"], ["task_0"], ["task_1", "task_2"], ["task_2"]];
  structure.tasks.forEach((task, index) => {
    task.upstream = upstream[index] ?? [];
  });
  const found = reach(structure, ["task_2"]);
  expect([...found.upstream]).toEqual(["task_0"]);
  expect([...found.downstream].sort()).toEqual(["task_3", "task_4"]);
});
