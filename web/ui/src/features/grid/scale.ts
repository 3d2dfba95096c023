/** The scale of the duration bars, and which part of the Grid is in sight. */

const STEPS = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
  86400, 172800,
];

export interface Scale {
  /** Seconds at the top of the highest bar's space. */
  top: number;
  /** Seconds at which lines are drawn, ascending, without 0. */
  ticks: number[];
}

/** A scale for bars up to `longest` seconds with at most `count` round ticks. */
export function durationScale(longest: number, count = 3): Scale {
  const needed = Math.max(longest, STEPS[0] ?? 1);
  const step = STEPS.find((each) => needed / each <= count) ?? Math.ceil(needed / count / 86400) * 86400;
  const ticks: number[] = [];
  for (let at = 1; at * step <= needed * 1.0001; at += 1) ticks.push(at * step);
  return { top: needed, ticks };
}

/** Half-open range of places. */
export interface Window {
  from: number;
  to: number;
}

/** Which of `count` items of `size` pixels lie in `extent` pixels from `offset`, and `spare` more on both sides. */
export function inSight(offset: number, extent: number, size: number, count: number, spare = 0): Window {
  const from = Math.max(0, Math.floor(offset / size) - spare);
  const to = Math.min(count, Math.ceil((offset + extent) / size) + spare);
  return { from: Math.min(from, count), to: Math.max(to, Math.min(from, count)) };
}

/** The offset nearest to `offset` at which item `index` is wholly in sight. */
export function revealing(offset: number, extent: number, size: number, index: number): number {
  const start = index * size;
  if (start < offset) return start;
  return start + size > offset + extent ? start + size - extent : offset;
}
