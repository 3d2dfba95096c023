import { expect, test } from "vitest";
import { filtersFrom, isFiltered, queryOf, searchOf } from "./filters";

const ADDRESS = "q=sales&owner=data&paused=paused&state=failed&tag=etl&tag=a%26b&order=-last_run";

test("filters survive the address", () => {
  const filters = filtersFrom(new URLSearchParams(ADDRESS));
  expect(filters).toEqual({
    q: "sales",
    owner: "data",
    paused: "paused",
    state: "failed",
    tags: ["etl", "a&b"],
    order: "-last_run",
  });
  expect(searchOf(filters).toString()).toBe(ADDRESS);
});

test("an empty address filters nothing, and nothing is written for it", () => {
  const filters = filtersFrom(new URLSearchParams());
  expect(isFiltered(filters)).toBe(false);
  expect(searchOf(filters).toString()).toBe("");
});

test("what the address cannot mean counts as not set", () => {
  const filters = filtersFrom(new URLSearchParams("paused=maybe&order=colour"));
  expect([filters.paused, filters.order]).toEqual(["", "dag_id"]);
});

test("a sort order alone is no filter", () => {
  expect(isFiltered(filtersFrom(new URLSearchParams("order=next_run")))).toBe(false);
});

test("the API is asked for paused DAGs by true and false", () => {
  const paused = (value: string) => queryOf(filtersFrom(new URLSearchParams({ paused: value }))).paused;
  expect([paused("paused"), paused("active"), paused("")]).toEqual(["true", "false", ""]);
});
