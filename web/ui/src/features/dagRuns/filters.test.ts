import { expect, test } from "vitest";
import { momentOf } from "../trigger/values";
import { isRunFiltered, runFiltersFrom, runQueryOf, runSearchOf } from "./filters";

const ADDRESS = "state=failed&type=manual&from=2026-11-20&to=2026-11-21";

test("filters survive the address, what is no day does not", () => {
  expect(runSearchOf(runFiltersFrom(new URLSearchParams(ADDRESS))).toString()).toBe(ADDRESS);
  expect(isRunFiltered(runFiltersFrom(new URLSearchParams("from=soon")))).toBe(false);
});

test("days begin and end where the user's do", () => {
  const query = runQueryOf(runFiltersFrom(new URLSearchParams(ADDRESS)), (input) => momentOf(input, "local"));
  expect([query.run_after_gte, query.run_after_lte]).toEqual(["2026-11-19T15:00:00Z", "2026-11-21T14:59:59Z"]);
  expect(runQueryOf(runFiltersFrom(new URLSearchParams()), (input) => input).run_after_gte).toBe("");
});
