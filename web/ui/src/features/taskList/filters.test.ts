import { expect, test } from "vitest";
import { isTaskFiltered, taskFiltersFrom, taskQueryOf, taskSearchOf, tasksAddress } from "./filters";

const ADDRESS = "dag_id=sales&task=load&q=2026&state=failed&queue=high_cpu&worker=w1&from=2026-11-20&to=2026-11-21";

test("filters survive the address, what is no day does not", () => {
  expect(taskSearchOf(taskFiltersFrom(new URLSearchParams(ADDRESS))).toString()).toBe(ADDRESS);
  expect(isTaskFiltered(taskFiltersFrom(new URLSearchParams("from=soon")))).toBe(false);
});

test("what waits in a queue is what has not begun", () => {
  const address = tasksAddress({ queue: "a&b", state: "waiting" });
  const query = taskQueryOf(taskFiltersFrom(new URLSearchParams(address.split("?")[1])), (input) => input);
  expect([query.state, query.queue, query.logical_date_gte]).toEqual([["queued", "scheduled", "none"], "a&b", ""]);
});
