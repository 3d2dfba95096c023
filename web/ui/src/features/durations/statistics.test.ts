import { describe, expect, it } from "vitest";

import { fences, median, outliers, quantile } from "./statistics";

describe("median and quantile", () => {
  it("takes the middle, or between the two in the middle", () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNull();
    expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5);
  });
});

describe("outliers", () => {
  it("marks one slow run among steady ones, and is not moved by it", () => {
    expect(outliers([10, 11, 9, 10, 60, 10])).toEqual([false, false, false, false, true, false]);
  });

  it("marks a run that was much too fast", () => {
    expect(outliers([100, 101, 99, null, 100, 1]).at(-1)).toBe(true);
  });

  it("says nothing of few values", () => {
    expect(fences([1, 1, 100])).toBeNull();
    expect(outliers([1, 1, 100])).toEqual([false, false, false]);
  });

  it("leaves alone what nobody would notice", () => {
    expect(outliers([0.1, 0.1, 0.1, 0.1, 0.1, 0.3])).toEqual([false, false, false, false, false, false]);
    expect(outliers([100, 100, 100, 100, 100, 115])).not.toContain(true);
  });
});
