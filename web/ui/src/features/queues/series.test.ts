import { expect, test } from "vitest";
import type { QueuePoint } from "./queries";
import { ends, seriesOf, spanOf } from "./series";

const point = (second: number, backlog: number): QueuePoint => ({
  at: new Date(second * 1000).toISOString(),
  backlog,
  outstanding: 1,
  running: 2,
  oldest_seconds: null,
  workers: 1,
  slots: 4,
  wanted_workers: 1,
});

test("what waits is the sum of both kinds", () => {
  const series = seriesOf([point(0, 3), point(15, 5), point(30, 0)], "waiting");
  expect(series).toEqual({ times: [0, 15, 30], values: [4, 6, 1], limit: null });
  expect(ends(series)).toEqual({ now: 1, most: 6 });
});

test("no line is drawn over times that nobody sampled", () => {
  const series = seriesOf([point(0, 3), point(15, 5), point(30, 5), point(300, 5), point(315, 5)], "running");
  expect(series.times).toEqual([0, 15, 30, 45, 300, 315]);
  expect(series.values[3]).toBeNull();
  expect(series.limit).toEqual([4, 4, 4, null, 4, 4]);
});

test("nothing sampled is nothing", () => {
  expect(ends(seriesOf([], "oldest"))).toEqual({ now: 0, most: 0 });
});

test("a chart without samples ends now, not in 1970", () => {
  expect(spanOf(7_200, 60, 9_000)).toEqual([3_600, 7_200]);
  expect(spanOf(null, 60, 9_000)).toEqual([5_400, 9_000]);
});
