/** A queue's history as the columns that charts take. */

import type { QueuePoint } from "./queries";

export interface Series {
  /** Seconds since 1970. */
  times: number[];
  values: (number | null)[];
  /** What the values stay below, where there is such a thing. */
  limit: (number | null)[] | null;
}

export type Figure = "waiting" | "running" | "oldest";

const READ: Record<Figure, (point: QueuePoint) => number | null> = {
  waiting: (point) => point.backlog + point.outstanding,
  running: (point) => point.running,
  oldest: (point) => point.oldest_seconds ?? 0,
};

/** Longer gaps between samples mean that nobody sampled: no line is drawn through them. */
const GAP_FACTOR = 4;

/** One figure over time, with a hole wherever samples are missing. */
export function seriesOf(points: QueuePoint[], figure: Figure): Series {
  const series: Series = { times: [], values: [], limit: figure === "running" ? [] : null };
  const usual = usualStep(points);
  let before: number | null = null;
  for (const point of points) {
    const at = new Date(point.at).getTime() / 1000;
    if (before !== null && at - before > usual * GAP_FACTOR) push(series, before + usual, null, null);
    push(series, at, READ[figure](point), point.slots);
    before = at;
  }
  return series;
}

function push(series: Series, time: number, value: number | null, limit: number | null): void {
  series.times.push(time);
  series.values.push(value);
  series.limit?.push(limit);
}

function usualStep(points: QueuePoint[]): number {
  const steps = points
    .slice(1)
    .map((point, index) => (new Date(point.at).getTime() - new Date(points[index]?.at ?? point.at).getTime()) / 1000)
    .sort((one, other) => one - other);
  return steps[Math.floor(steps.length / 2)] ?? 15;
}

/** The last and the greatest value. */
export function ends({ values }: Series): { now: number; most: number } {
  const known = values.filter((value): value is number => value !== null);
  return { now: known.at(-1) ?? 0, most: Math.max(0, ...known) };
}

/** From when to when a chart reaches: up to its newest sample, or up to now where there is none yet. */
export function spanOf(newest: number | null, minutes: number, now: number): [from: number, to: number] {
  const to = newest ?? now;
  return [to - minutes * 60, to];
}
