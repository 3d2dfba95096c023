/** Points of the chart: which is under the pointer, and which the arrow keys lead to. */

import type { Series } from "./series";

export interface PointPlace {
  line: number;
  run: number;
}

/** The point nearest to a place in pixels; distance along the runs counts most. Null without points. */
export function nearest(
  series: readonly Pick<Series, "values">[],
  x: (run: number) => number,
  y: (seconds: number) => number,
  atX: number,
  atY: number,
): PointPlace | null {
  let best: PointPlace | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [line, { values }] of series.entries()) {
    for (const [run, value] of values.entries()) {
      if (value === null) continue;
      const distance = 4 * Math.abs(x(run) - atX) + Math.abs(y(value) - atY);
      if (distance < least) [best, least] = [{ line, run }, distance];
    }
  }
  return best;
}

/** The point that an arrow key leads to; runs without a value are passed over. Null when there is none. */
export function stepTo(
  series: readonly Pick<Series, "values">[],
  from: PointPlace | null,
  key: string,
): PointPlace | null {
  const [along, across] = STEPS[key] ?? [0, 0];
  if (along === 0 && across === 0) return null;
  if (from === null) return newest(series);
  if (across !== 0) {
    for (let line = from.line + across; line >= 0 && line < series.length; line += across) {
      if (series[line]?.values[from.run] !== null) return { line, run: from.run };
    }
    return from;
  }
  const values = series[from.line]?.values ?? [];
  for (let run = from.run + along; run >= 0 && run < values.length; run += along) {
    if (values[run] !== null) return { line: from.line, run };
  }
  return from;
}

const STEPS: Record<string, [along: number, across: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function newest(series: readonly Pick<Series, "values">[]): PointPlace | null {
  for (const [line, { values }] of series.entries()) {
    const run = values.findLastIndex((value) => value !== null);
    if (run >= 0) return { line, run };
  }
  return null;
}
