/** Each task's durations over runs as a line of the chart and a row of the table. */

import type { Durations } from "@/api/runTypes";
import { median, outliers, present, quantile } from "./statistics";

export interface Series {
  taskId: string;
  values: (number | null)[];
  outliers: boolean[];
  median: number | null;
  p95: number | null;
  last: number | null;
  runs: number;
  /** Of all seconds of all tasks, 0 to 1. */
  share: number;
}

/** The tasks by their median, longest first; `withQueue` counts the waiting in the queue too. */
export function seriesOf(
  { tasks, values, queued }: Pick<Durations, "tasks" | "values" | "queued">,
  withQueue: boolean,
): Series[] {
  const all = tasks.map((taskId, task) => {
    const own = (values[task] ?? []).map((value, run) =>
      total(value, withQueue ? (queued[task]?.[run] ?? null) : null),
    );
    const there = present(own);
    return {
      taskId,
      values: own,
      outliers: outliers(own),
      median: median(there),
      p95: quantile(there, 0.95),
      last: there.at(-1) ?? null,
      runs: there.length,
      sum: there.reduce((sum, value) => sum + value, 0),
    };
  });
  const whole = all.reduce((sum, series) => sum + series.sum, 0);
  return all
    .map(({ sum, ...series }) => ({ ...series, share: whole > 0 ? sum / whole : 0 }))
    .sort((a, b) => (b.median ?? -1) - (a.median ?? -1));
}

/** What ran and waited; what has not run has no duration, however long it waited. */
function total(value: number | null, waited: number | null): number | null {
  return value === null ? null : value + (waited ?? 0);
}

/** The tasks shown at first: the longest ones. */
export function firstChosen(series: readonly Series[], most = 5): string[] {
  return series
    .filter(({ median: middle }) => middle !== null)
    .slice(0, most)
    .map(({ taskId }) => taskId);
}
