import { describe, expect, it } from "vitest";

import { durationScale, inSight, revealing } from "./scale";

describe("durationScale", () => {
  it("takes round steps", () => {
    expect(durationScale(100)).toEqual({ top: 100, ticks: [60] });
    expect(durationScale(7)).toEqual({ top: 7, ticks: [5] });
    expect(durationScale(3 * 3600).ticks).toEqual([3600, 7200, 10800]);
  });

  it("holds for nothing at all and for weeks", () => {
    expect(durationScale(0).top).toBeGreaterThan(0);
    const weeks = durationScale(40 * 86400);
    expect(weeks.ticks.length).toBeLessThanOrEqual(3);
    expect(weeks.ticks[0]).toBe(14 * 86400);
  });
});

describe("inSight", () => {
  it("takes what is partly in sight, and some spare", () => {
    expect(inSight(25, 50, 10, 100)).toEqual({ from: 2, to: 8 });
    expect(inSight(25, 50, 10, 100, 3)).toEqual({ from: 0, to: 11 });
  });

  it("ends at the end", () => {
    expect(inSight(950, 100, 10, 100)).toEqual({ from: 95, to: 100 });
    expect(inSight(5000, 100, 10, 100)).toEqual({ from: 100, to: 100 });
    expect(inSight(0, 100, 10, 0)).toEqual({ from: 0, to: 0 });
  });
});

describe("revealing", () => {
  it("moves no farther than needed", () => {
    expect(revealing(100, 50, 10, 12)).toBe(100);
    expect(revealing(100, 50, 10, 3)).toBe(30);
    expect(revealing(100, 50, 10, 20)).toBe(160);
  });
});
