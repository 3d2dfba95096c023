import { describe, expect, it } from "vitest";
import { nearest, stepTo } from "./places";

const SERIES = [{ values: [1, null, 3] }, { values: [10, 20, null] }];
const x = (run: number) => run * 100;
const y = (seconds: number) => 100 - seconds;

describe("nearest", () => {
  it("finds the point under the pointer", () => {
    expect(nearest(SERIES, x, y, 95, 85)).toEqual({ line: 1, run: 1 });
    expect(nearest(SERIES, x, y, 4, 97)).toEqual({ line: 0, run: 0 });
    expect(nearest(SERIES, x, y, 4, 92)).toEqual({ line: 1, run: 0 });
    expect(nearest([{ values: [null] }], x, y, 0, 0)).toBeNull();
  });
});

describe("stepTo", () => {
  it("begins at the newest point and passes over gaps", () => {
    expect(stepTo(SERIES, null, "ArrowLeft")).toEqual({ line: 0, run: 2 });
    expect(stepTo(SERIES, { line: 0, run: 2 }, "ArrowLeft")).toEqual({ line: 0, run: 0 });
    expect(stepTo(SERIES, { line: 0, run: 0 }, "ArrowLeft")).toEqual({ line: 0, run: 0 });
  });

  it("goes to another task in the same run", () => {
    expect(stepTo(SERIES, { line: 0, run: 0 }, "ArrowDown")).toEqual({ line: 1, run: 0 });
    expect(stepTo(SERIES, { line: 0, run: 2 }, "ArrowDown")).toEqual({ line: 0, run: 2 });
  });

  it("leaves other keys alone", () => {
    expect(stepTo(SERIES, null, "a")).toBeNull();
  });
});
