import { describe, expect, it } from "vitest";

import { columnsOf, withNews } from "./runs";

function run(dag_run_id: string, hour: number, state = "success") {
  return { dag_run_id, run_after: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(), state };
}

describe("columnsOf", () => {
  it("puts the oldest first, over pages", () => {
    const columns = columnsOf([
      [run("d", 4), run("c", 3)],
      [run("b", 2), run("a", 1)],
    ]);
    expect(columns.map((each) => each.dag_run_id)).toEqual(["a", "b", "c", "d"]);
  });

  it("shows a run once when pages overlap", () => {
    expect(columnsOf([[run("b", 2, "running")], [run("b", 2), run("a", 1)]])).toMatchObject([
      { dag_run_id: "a" },
      { dag_run_id: "b", state: "running" },
    ]);
  });

  it("keeps runs of the same moment in place", () => {
    const one = columnsOf([[run("x", 1), run("y", 1)]]).map((each) => each.dag_run_id);
    expect(columnsOf([[run("y", 1), run("x", 1)]]).map((each) => each.dag_run_id)).toEqual(one);
  });
});

describe("withNews", () => {
  it("replaces in place and adds new runs in front", () => {
    const old = [run("b", 2, "running"), run("a", 1)];
    const merged = withNews(old, [run("c", 3, "queued"), run("b", 2, "failed")]);
    expect(merged.map((each) => [each.dag_run_id, each.state])).toEqual([
      ["c", "queued"],
      ["b", "failed"],
      ["a", "success"],
    ]);
    expect(merged[2]).toBe(old[1]);
  });
});
