import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keys } from "@/api/keys";
import { Invalidations } from "./notices";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched() {
  const asked: string[] = [];
  const client = {
    invalidateQueries: async (filters?: { queryKey?: readonly unknown[] }) => {
      asked.push(JSON.stringify(filters?.queryKey ?? "everything"));
    },
  };
  return { asked, invalidations: new Invalidations(client) };
}

const notice = (dag_id: string, dag_run_id: string) => ({
  dag_id,
  dag_run_id,
  state: "running",
  counts: {},
  version: 1,
});
const times = (asked: string[], key: readonly unknown[]) => asked.filter((one) => one === JSON.stringify(key)).length;

test("a notice has its run, its DAG's runs and Home fetched again, and nothing else", () => {
  const { asked, invalidations } = watched();
  invalidations.run(notice("a", "r"));
  vi.advanceTimersByTime(5_000);
  expect(asked.sort()).toEqual(
    [keys.run("a", "r"), keys.runs("a"), keys.dashboard].map((key) => JSON.stringify(key)).sort(),
  );
});

test("a hundred notices a second cost no more than the pace allows", () => {
  const { asked, invalidations } = watched();
  for (let i = 0; i < 1_000; i++) {
    invalidations.run(notice("a", "r"));
    vi.advanceTimersByTime(10);
  }
  expect(times(asked, keys.run("a", "r"))).toBeLessThanOrEqual(15);
  expect(times(asked, keys.dashboard)).toBeLessThanOrEqual(4);
});

test("the last notice is not lost", () => {
  const { asked, invalidations } = watched();
  invalidations.run(notice("a", "r"));
  vi.advanceTimersByTime(100);
  asked.length = 0;
  invalidations.run(notice("a", "r"));
  expect(times(asked, keys.run("a", "r"))).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(times(asked, keys.run("a", "r"))).toBe(1);
});

test("a change of DAGs reaches their pages and the list", () => {
  const { asked, invalidations } = watched();
  invalidations.dags(["a", "b"]);
  vi.advanceTimersByTime(5_000);
  expect([times(asked, keys.dag("a")), times(asked, keys.dag("b")), times(asked, keys.dags())]).toEqual([1, 1, 1]);
  expect(times(asked, ["run", "a"]), "their runs on the screen, which may be held now").toBe(1);
});

test("a change of unnamed DAGs reaches all pages of DAGs", () => {
  const { asked, invalidations } = watched();
  invalidations.dags([]);
  vi.advanceTimersByTime(5_000);
  expect([times(asked, ["dag"]), times(asked, ["runs"]), times(asked, keys.dags())]).toEqual([1, 1, 1]);
});

test("after notices were missed everything is asked for again, once; after the end nothing", () => {
  const { asked, invalidations } = watched();
  invalidations.everything();
  invalidations.run(notice("a", "r"));
  invalidations.stop();
  vi.advanceTimersByTime(5_000);
  expect(asked).toEqual(['"everything"']);
});
