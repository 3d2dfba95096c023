import { describe, expect, it } from "vitest";

import { segmentsOf, summaryOf, sumOf } from "./cells";

describe("summaryOf", () => {
  it("knows an empty cell, a task and a mapped task", () => {
    expect(summaryOf(null)).toBeNull();
    expect(summaryOf("running")).toEqual({ counts: { running: 1 }, total: 1, dominant: "running" });
    expect(summaryOf({ counts: { success: 98, failed: 2, queued: 0 } })).toEqual({
      counts: { success: 98, failed: 2 },
      total: 100,
      dominant: "failed",
    });
    expect(summaryOf({ counts: {} })).toBeNull();
  });

  it("takes a state from a newer server for none", () => {
    expect(summaryOf("dreaming")?.dominant).toBe("none");
  });
});

describe("sumOf", () => {
  it("adds tasks and mapped tasks of a group", () => {
    const sum = sumOf(["success", null, { counts: { success: 2, running: 1 } }, undefined]);
    expect(sum).toEqual({ counts: { success: 3, running: 1 }, total: 4, dominant: "running" });
    expect(sumOf([null])).toBeNull();
  });

  it("puts a failure before whatever runs", () => {
    expect(sumOf(["running", "failed", "success"])?.dominant).toBe("failed");
    expect(sumOf(["skipped", "success"])?.dominant).toBe("success");
  });
});

describe("segmentsOf", () => {
  it("shows one failure among a thousand, and fills the cell", () => {
    const summary = summaryOf({ counts: { success: 999, failed: 1 } });
    const segments = summary ? segmentsOf(summary) : [];
    expect(segments.map((segment) => segment.state)).toEqual(["failed", "success"]);
    expect(segments[0]?.share).toBeGreaterThan(0.1);
    expect(segments.reduce((sum, segment) => sum + segment.share, 0)).toBeCloseTo(1);
  });
});
