import { expect, test } from "vitest";
import { generated } from "./generated";
import { draw } from "./model";
import { reach } from "./reach";
import { emphasisOf, tonesOf } from "./tones";

const structure = { ...generated(5, 0, 1), edge_labels: [] };
const UPSTREAM = [[], ["task_0"], ["task_0"], ["task_1", "task_2"], ["task_2"]];
structure.tasks.forEach((task, index) => {
  task.upstream = UPSTREAM[index] ?? [];
});
const drawing = draw(structure, new Set());
const itself = (id: string) => [id];

test("what is before and after the chosen task stands out, the rest steps back", () => {
  const emphasis = emphasisOf(drawing, "task_2", reach(structure, ["task_2"]), itself);
  expect(Object.fromEntries(emphasis)).toEqual({
    task_0: "upstream",
    task_1: "faded",
    task_2: "chosen",
    task_3: "downstream",
    task_4: "downstream",
  });
  const tones = tonesOf(drawing, { tasks: ["task_2"], reached: reach(structure, ["task_2"]) }, new Map());
  expect(Object.fromEntries(tones)).toEqual({
    "task_0→task_1": "faded",
    "task_0→task_2": "upstream",
    "task_1→task_3": "faded",
    "task_2→task_3": "downstream",
    "task_2→task_4": "downstream",
  });
});

test("lines of branches not taken are idle, those to a running task live", () => {
  const of = (state: string) => ({ counts: { [state]: 1 }, total: 1, dominant: state as "success" });
  const summaries = new Map([
    ["task_0", of("success")],
    ["task_1", of("skipped")],
    ["task_2", of("running")],
  ]);
  const tones = tonesOf(drawing, null, summaries);
  expect([tones.get("task_0→task_1"), tones.get("task_0→task_2"), tones.get("task_2→task_4")]).toEqual([
    "idle",
    "live",
    "plain",
  ]);
});

test("nothing is chosen: nothing steps back", () => {
  expect(emphasisOf(drawing, null, null, itself).size).toBe(0);
});
