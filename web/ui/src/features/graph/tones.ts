/** What stands out on the drawing, and what steps back. */

import type { Summary } from "@/features/grid/cells";
import type { Tone } from "./Lines";
import type { Drawing } from "./model";
import type { Reach } from "./reach";
import { isNotTaken, progress } from "./states";

export type Emphasis = "none" | "chosen" | "upstream" | "downstream" | "faded";

/** The tasks that a box stands for: itself, or all of a group. */
export type TasksOf = (boxId: string) => readonly string[];

/** How each box stands to the chosen one; no entry where nothing is chosen. */
export function emphasisOf(
  drawing: Drawing,
  chosen: string | null,
  reached: Reach | null,
  tasksOf: TasksOf,
): Map<string, Emphasis> {
  if (!chosen || !reached) return new Map();
  const own = new Set(tasksOf(chosen));
  const judge = (id: string): Emphasis => {
    if (id === chosen) return "chosen";
    const tasks = tasksOf(id);
    if (tasks.some((task) => own.has(task))) return "none";
    if (tasks.some((task) => reached.upstream.has(task))) return "upstream";
    return tasks.some((task) => reached.downstream.has(task)) ? "downstream" : "faded";
  };
  return new Map(drawing.boxes.map((box) => [box.id, judge(box.id)]));
}

/** The looks of all lines: by the chosen task where there is one, else by the run. */
export function tonesOf(
  drawing: Drawing,
  chosen: { tasks: readonly string[]; reached: Reach } | null,
  summaries: Map<string, Summary>,
): Map<string, Tone> {
  return new Map(
    drawing.lines.map((line) => [
      line.id,
      chosen ? byChoice(line.pairs, chosen) : byStates(line.source, line.target, summaries),
    ]),
  );
}

function byChoice(pairs: [string, string][], { tasks, reached }: { tasks: readonly string[]; reached: Reach }): Tone {
  const own = new Set(tasks);
  const before = (id: string) => own.has(id) || reached.upstream.has(id);
  const after = (id: string) => own.has(id) || reached.downstream.has(id);
  if (pairs.some(([up, down]) => before(up) && before(down) && reached.upstream.has(up))) return "upstream";
  return pairs.some(([up, down]) => after(up) && after(down) && reached.downstream.has(down)) ? "downstream" : "faded";
}

function byStates(source: string, target: string, summaries: Map<string, Summary>): Tone {
  const [from, to] = [summaries.get(source), summaries.get(target)];
  if (from && to && (isNotTaken(from) || isNotTaken(to))) return "idle";
  if (to?.counts.running && from && isOver(from)) return "live";
  return "plain";
}

const isOver = (summary: Summary): boolean => {
  const { done, of } = progress(summary);
  return done === of;
};
