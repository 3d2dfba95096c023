import { expect, test } from "vitest";
import { inOrder, placesOf } from "./order";

const ROWS = [
  { id: "extract", kind: "task" },
  { id: "transform", kind: "group" },
  { id: "transform.merge", kind: "task" },
  { id: "report", kind: "task" },
] as const;

test("instances stand as the Grid's rows do, mapped ones by index, and unknown tasks at the end", () => {
  const instances = [
    { task_id: "gone", map_index: -1 },
    { task_id: "report", map_index: -1 },
    { task_id: "transform.merge", map_index: 10 },
    { task_id: "transform.merge", map_index: 2 },
    { task_id: "extract", map_index: -1 },
  ];
  expect(inOrder(instances, placesOf(ROWS)).map(({ task_id, map_index }) => `${task_id} ${map_index}`)).toEqual([
    "extract -1",
    "transform.merge 2",
    "transform.merge 10",
    "report -1",
    "gone -1",
  ]);
});
