import { describe, expect, it } from "vitest";

import type { GanttAttempt, GanttTask } from "@/api/runTypes";
import { anchored, barsOf, domainOf, heldOf, spanOf, ticksOf, timeAt, timesOf, xOf } from "./geometry";

const T0 = Date.UTC(2026, 0, 1, 12);
const iso = (seconds: number) => new Date(T0 + seconds * 1000).toISOString();

function attempt(queued: number | null, start: number, end: number | null, try_number = 1): GanttAttempt {
  const time = (seconds: number | null) => (seconds === null ? null : iso(seconds));
  return {
    try_number,
    queued_at: time(queued),
    start_date: iso(start),
    end_date: time(end),
    outcome: end === null ? null : "success",
    hostname: "w",
    queue: "default",
  };
}

function task(...attempts: GanttAttempt[]): GanttTask {
  return {
    task_id: "t",
    map_index: -1,
    instances: 1,
    group: "",
    state: "running",
    try_number: 1,
    queued_at: null,
    start_date: null,
    end_date: null,
    attempts,
    critical: false,
    held: [],
  };
}

describe("barsOf", () => {
  it("keeps attempts apart and tells waiting from running", () => {
    const bars = barsOf(task(attempt(20, 25, 30, 2), attempt(0, 2, 10)), T0);
    expect(bars.bars.map((bar) => bar.tryNumber)).toEqual([1, 2]);
    expect(bars.span).toEqual({ from: T0, to: T0 + 30_000 });
    expect(timesOf(bars)).toEqual({ waited: 7_000, ran: 13_000 });
  });

  it("lets what runs, and what waits, grow until now", () => {
    const now = T0 + 60_000;
    const running = barsOf(task(attempt(0, 10, null)), now);
    expect(running.bars[0]).toMatchObject({ isOpen: true, end: now });
    const queued = barsOf({ ...task(), state: "queued", queued_at: iso(0) }, now);
    expect(timesOf(queued)).toEqual({ waited: 60_000, ran: 0 });
    expect(barsOf({ ...task(), state: "scheduled", queued_at: iso(0) }, now).bars).toEqual([]);
  });

  it("draws nothing for what has not begun", () => {
    expect(barsOf(task(), T0)).toMatchObject({ bars: [], span: null });
  });

  it("never draws backwards when clocks disagree", () => {
    const [bar] = barsOf(task(attempt(10, 5, 3)), T0).bars;
    expect(bar).toMatchObject({ queued: null, start: T0 + 5_000, end: T0 + 5_000 });
  });
});

describe("the axis", () => {
  const axis = { domain: { from: T0, to: T0 + 100_000 }, pixels: 1000 };

  it("goes from time to pixels and back", () => {
    expect(xOf(axis, T0 + 25_000)).toBe(250);
    expect(timeAt(axis, 250)).toBe(T0 + 25_000);
  });

  it("has round ticks, only where one looks", () => {
    expect(ticksOf(axis, 0, 1000)).toEqual({
      step: 10_000,
      offsets: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => n * 10_000),
    });
    expect(ticksOf({ ...axis, pixels: 100_000 }, 50_000, 50_200).offsets).toEqual([50_000, 50_100, 50_200]);
  });

  it("is never empty", () => {
    expect(domainOf(null, T0)).toEqual({ from: T0 - 1000, to: T0 });
    const point = domainOf({ from: T0, to: T0 }, T0);
    expect(point.to).toBeGreaterThan(point.from);
  });

  it("keeps the moment under the pointer when zooming", () => {
    const before = timeAt(axis, 300 + 50);
    const scroll = anchored(300, 50, 1000, 2000);
    expect(timeAt({ ...axis, pixels: 2000 }, scroll + 50)).toBeCloseTo(before);
    expect(anchored(0, 500, 2000, 1000)).toBe(0);
  });
});

describe("spanOf", () => {
  it("holds all spans", () => {
    expect(spanOf([{ from: 3, to: 5 }, null, { from: 1, to: 4 }])).toEqual({ from: 1, to: 5 });
    expect(spanOf([null])).toBeNull();
  });
});

it("a held time belongs to the row, and is no waiting in a queue", () => {
  const held = [{ start_date: "2026-01-01T00:00:00Z", end_date: "2026-01-01T00:01:00Z" }];
  const bars = barsOf({ ...task(), held }, Date.parse("2026-01-01T01:00:00Z"));
  expect(heldOf(bars)).toBe(60_000);
  expect(timesOf(bars)).toEqual({ waited: 0, ran: 0 });
  expect(bars.span).toEqual({ from: Date.parse("2026-01-01T00:00:00Z"), to: Date.parse("2026-01-01T00:01:00Z") });
});
