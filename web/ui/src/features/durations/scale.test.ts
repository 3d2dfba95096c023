import { describe, expect, it } from "vitest";
import { valueScale } from "./scale";

describe("valueScale", () => {
  it("is linear from zero", () => {
    const scale = valueScale([10, 100], false);
    expect(scale.at(0)).toBe(0);
    expect(scale.at(100)).toBeLessThan(1);
    expect(scale.at(50) * 2).toBeCloseTo(scale.at(100));
    expect(scale.ticks).toEqual([0, 30, 60, 90]);
  });

  it("gives each factor the same room when logarithmic", () => {
    const scale = valueScale([1, 1000], true);
    expect(scale.at(10) - scale.at(1)).toBeCloseTo(scale.at(1000) - scale.at(100));
    expect(scale.at(1)).toBeGreaterThan(0);
    expect(scale.ticks).toEqual([1, 10, 60, 600]);
  });

  it("holds for zero and for nothing", () => {
    expect(valueScale([0], true).at(0)).toBeGreaterThanOrEqual(0);
    expect(Number.isFinite(valueScale([], false).at(1))).toBe(true);
    expect(Number.isFinite(valueScale([], true).at(1))).toBe(true);
  });
});
