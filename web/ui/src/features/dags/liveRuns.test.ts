import { expect, test } from "vitest";
import type { Dag, DagPage, RecentRun } from "@/api/dagTypes";
import { pagesWith } from "./liveRuns";

const NOW = "2026-11-21T10:00:30Z";
const run = (id: string, change: Partial<RecentRun> = {}): RecentRun => ({
  dag_run_id: id,
  state: "running",
  run_type: "manual",
  run_after: "2026-11-21T10:00:00Z",
  start_date: "2026-11-21T10:00:00Z",
  end_date: null,
  duration: null,
  logical_date: null,
  ...change,
});
const page = (dagId: string, runs: RecentRun[]): DagPage => ({
  dags: [{ dag_id: dagId, recent_runs: runs } as Dag],
  next_cursor: null,
  total_entries: 1,
});
const notice = (dagId: string, runId: string, state: string) => ({
  dag_id: dagId,
  dag_run_id: runId,
  state,
  counts: {},
  version: 1,
});

test("a run that ends gets its state and duration", () => {
  const [, after] = pagesWith([page("a", []), page("b", [run("r1")])], notice("b", "r1", "failed"), NOW);
  expect(after?.dags[0]?.recent_runs[0]).toMatchObject({
    state: "failed",
    end_date: NOW,
    duration: 30,
    run_type: "manual",
  });
});

test("a new run takes the place of the oldest of fourteen", () => {
  const full = Array.from({ length: 14 }, (_, i) => run(`r${i}`));
  const [after] = pagesWith([page("a", full)], notice("a", "new", "queued"), NOW);
  const runs = after?.dags[0]?.recent_runs ?? [];
  expect([runs.length, runs[0]?.dag_run_id, runs.at(-1)]).toEqual([
    14,
    "r1",
    expect.objectContaining({ dag_run_id: "new", start_date: null }),
  ]);
});

test("a cleared run runs again: its end is gone", () => {
  const ended = run("r", { state: "failed", end_date: NOW, duration: 9 });
  const [after] = pagesWith([page("a", [ended])], notice("a", "r", "running"), NOW);
  expect(after?.dags[0]?.recent_runs[0]).toMatchObject({ state: "running", end_date: null, duration: null });
});

test("notices of DAGs that are not shown change nothing", () => {
  const pages = [page("a", [])];
  expect(pagesWith(pages, notice("z", "r", "running"), NOW)).toBe(pages);
});
