import { expect, test } from "vitest";
import { emptyDraft, faultsOf, requestOf } from "./request";

const NOW = Date.parse("2026-03-08T12:34:56.789Z");
const draft = emptyDraft("nightly", NOW);

test("the form starts with the last seven whole days", () => {
  expect(requestOf(draft)).toEqual({
    dag_id: "nightly",
    from_date: "2026-03-01T00:00:00.000Z",
    to_date: "2026-03-08T00:00:00.000Z",
    run_backwards: false,
    reprocess_behavior: "none",
    max_active_runs: 10,
    dag_run_conf: {},
  });
});

test("nothing is asked for before there are a DAG and both dates", () => {
  for (const missing of ["dagId", "from", "to"] as const) {
    expect(requestOf({ ...draft, [missing]: "" })).toBeNull();
    expect(faultsOf({ ...draft, [missing]: "" })).toEqual([]);
  }
});

test.each([
  ["range", { from: draft.to, to: draft.from }],
  ["runs", { maxActiveRuns: "" }],
  ["runs", { maxActiveRuns: 2.5 }],
  ["conf", { conf: "[1]" }],
  ["conf", { conf: "{broken" }],
] as const)("a wrong %s is told and nothing is asked for", (fault, change) => {
  expect(faultsOf({ ...draft, ...change })).toEqual([fault]);
  expect(requestOf({ ...draft, ...change })).toBeNull();
});

test("the configuration is an object", () => {
  expect(requestOf({ ...draft, conf: '{"days": 3}' })?.dag_run_conf).toEqual({ days: 3 });
});
