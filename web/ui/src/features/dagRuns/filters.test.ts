import { expect, test } from "vitest";
import { momentOf } from "../trigger/values";
import { isRunFiltered, runFiltersFrom, runQueryOf, runSearchOf } from "./filters";
import { orderFor } from "./orders";

const ADDRESS =
  "dag_id=sales&q=2026-11&state=failed&type=manual&from=2026-11-20&to=2026-11-21&ended=day&order=-end_date";
const NOW = Date.parse("2026-11-21T10:00:30Z");

const queryFor = (address: string) =>
  runQueryOf(runFiltersFrom(new URLSearchParams(address)), (input) => momentOf(input, "local"), NOW);

test("filters survive the address, what is not understood does not", () => {
  expect(runSearchOf(runFiltersFrom(new URLSearchParams(ADDRESS))).toString()).toBe(ADDRESS);
  expect(isRunFiltered(runFiltersFrom(new URLSearchParams("from=soon&ended=once&order=colour")))).toBe(false);
});

test("days begin and end where the user's do", () => {
  const query = queryFor(ADDRESS);
  expect([query.logical_date_gte, query.logical_date_lte]).toEqual(["2026-11-19T15:00:00Z", "2026-11-21T14:59:59Z"]);
  expect(queryFor("").logical_date_gte).toBe("");
});

test("what ended lately is asked for by a moment that stays for a while", () => {
  expect(queryFor("ended=day").end_date_gte).toBe("2026-11-20T10:00:00.000Z");
  expect(queryFor("").end_date_gte).toBe("");
});

test("the runs of all DAGs are sorted by when they were due", () => {
  expect([orderFor("-end_date", true), orderFor("-end_date", false), orderFor("run_after", false)]).toEqual([
    "-end_date",
    "-run_after",
    "run_after",
  ]);
});
