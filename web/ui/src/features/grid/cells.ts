/** What a cell of the Grid shows: one state, or how many instances stand in which state. */

import { SEVERITY, type TaskState } from "@/states/states";

export type Counts = Partial<Record<TaskState, number>>;

/** As the API sends it: no such task in this run, a task's state, or the instances of a mapped task. */
export type Cell = null | string | { counts: Record<string, number> };

export interface Summary {
  counts: Counts;
  total: number;
  /** The state that matters most among those that are there. */
  dominant: TaskState;
}

const KNOWN: ReadonlySet<string> = new Set(SEVERITY);

/** What `cell` says; null where there is nothing. States that this page does not know count as `none`. */
export function summaryOf(cell: Cell | undefined): Summary | null {
  if (cell === null || cell === undefined) return null;
  return summaryOfCounts(typeof cell === "string" ? { [cell]: 1 } : cell.counts);
}

/** The sum of several cells: what a folded group shows. */
export function sumOf(cells: Iterable<Cell | undefined>): Summary | null {
  const sum: Record<string, number> = {};
  for (const cell of cells) {
    if (cell === null || cell === undefined) continue;
    if (typeof cell === "string") sum[cell] = (sum[cell] ?? 0) + 1;
    else for (const [state, count] of Object.entries(cell.counts)) sum[state] = (sum[state] ?? 0) + count;
  }
  return summaryOfCounts(sum);
}

export interface Segment {
  state: TaskState;
  /** Of the cell's height, 0 to 1; a state that is there is never thinner than can be seen. */
  share: number;
}

const THINNEST = 0.12;

/** The stacked parts of a counted cell, what matters most first; the shares add up to 1. */
export function segmentsOf({ counts, total }: Summary): Segment[] {
  const there = SEVERITY.filter((state) => (counts[state] ?? 0) > 0);
  const wanted = there.map((state) => Math.max((counts[state] ?? 0) / total, THINNEST));
  const sum = wanted.reduce((a, b) => a + b, 0);
  return there.map((state, at) => ({ state, share: (wanted[at] ?? 0) / sum }));
}

function summaryOfCounts(raw: Record<string, number>): Summary | null {
  const counts: Counts = {};
  let total = 0;
  for (const [name, count] of Object.entries(raw)) {
    if (!(count > 0)) continue;
    const state = KNOWN.has(name) ? (name as TaskState) : "none";
    counts[state] = (counts[state] ?? 0) + count;
    total += count;
  }
  const dominant = SEVERITY.find((state) => counts[state] !== undefined);
  return dominant === undefined ? null : { counts, total, dominant };
}
