/** The states that boxes show: a task's own, the sum of a folded group, how far a mapped task has come. */

import { type Cell, type Summary, summaryOf, sumOf } from "@/features/grid/cells";
import { isFinished } from "@/states/states";
import { ancestors, type Structure } from "./model";

export type States = Record<string, Cell>;

/** What each box shows of a run: tasks by their id, groups (open or folded) by their key. */
export function boxStates(structure: Structure, parents: Map<string, string>, states: States): Map<string, Summary> {
  const found = new Map<string, Summary>();
  const inGroup = new Map<string, Cell[]>();
  for (const { task_id } of structure.tasks) {
    const state = states[task_id];
    const summary = summaryOf(state);
    if (!summary || state === undefined) continue;
    found.set(task_id, summary);
    for (const group of ancestors(parents, task_id)) inGroup.set(group, [...(inGroup.get(group) ?? []), state]);
  }
  for (const [group, cells] of inGroup) {
    const sum = sumOf(cells);
    if (sum) found.set(group, sum);
  }
  return found;
}

/** How many have ended, of how many. Placeholders that were replaced by instances do not count. */
export function progress({ counts }: Summary): { done: number; of: number } {
  let [done, of] = [0, 0];
  for (const [state, count] of Object.entries(counts)) {
    if (state === "removed") continue;
    of += count;
    if (isFinished(state)) done += count;
  }
  return { done, of };
}

/** The branches not taken: skipped, all of it. */
export const isNotTaken = ({ counts, total }: Summary): boolean => (counts.skipped ?? 0) === total;
