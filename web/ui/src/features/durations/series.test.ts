import { describe, expect, it } from "vitest";
import { firstChosen, seriesOf } from "./series";

const DATA = {
  tasks: ["short", "long", "never"],
  values: [
    [1, 2, null],
    [10, 30, 20],
    [null, null, null],
  ],
  queued: [
    [5, null, 7],
    [1, 1, 1],
    [null, null, null],
  ],
};

describe("seriesOf", () => {
  it("puts the longest first and what never ran last", () => {
    const series = seriesOf(DATA, false);
    expect(series.map(({ taskId }) => taskId)).toEqual(["long", "short", "never"]);
    expect(series[0]).toMatchObject({ median: 20, last: 20, runs: 3 });
    expect(series[1]).toMatchObject({ median: 1.5, last: 2, runs: 2 });
    expect(series[2]).toMatchObject({ median: null, last: null, share: 0 });
    expect(series[0]?.share).toBeCloseTo(60 / 63);
  });

  it("adds the waiting when asked, but a task that did not run has no duration", () => {
    const [, short] = seriesOf(DATA, true);
    expect(short?.values).toEqual([6, 2, null]);
  });

  it("shows the longest at first", () => {
    expect(firstChosen(seriesOf(DATA, false))).toEqual(["long", "short"]);
    expect(firstChosen(seriesOf(DATA, false), 1)).toEqual(["long"]);
  });
});
