import { expect, test } from "vitest";
import { branches, rowsOf, typeOf } from "./tree";

const VALUE = { name: "<b>x</b>", items: [1, { deep: { deeper: true } }], "a/b": null };

test("upper levels are open, deep ones shut", () => {
  const shown = rowsOf(VALUE, new Map()).map((row) => [row.depth, row.key, row.open]);
  expect(shown).toEqual([
    [0, null, true],
    [1, "name", false],
    [1, "items", true],
    [2, "0", false],
    [2, "1", false],
    [1, "a/b", false],
  ]);
});

test("the reader's choice counts", () => {
  const rows = rowsOf(VALUE, new Map([["/items", false]]));
  expect(rows.map((row) => row.path)).toEqual(["", "/name", "/items", "/a~1b"]);
});

test("a long list is shown in parts", () => {
  const long = Array.from({ length: 250 }, (_, index) => index);
  expect(rowsOf(long, new Map())).toHaveLength(1);
  const opened = rowsOf(long, new Map([["", true]]));
  expect(opened).toHaveLength(102);
  expect(opened.at(-1)?.more).toBe(150);
  expect(rowsOf(long, new Map([["", true]]), new Map([["", 300]]))).toHaveLength(251);
});

test("all branches can be opened", () => {
  const all = new Map(branches(VALUE).map((path) => [path, true]));
  expect(rowsOf(VALUE, all).at(-2)?.key).toBe("deeper");
});

test("types have JSON's names", () => {
  expect([null, [], {}, 1, "", false].map(typeOf)).toEqual(["null", "list", "object", "number", "string", "boolean"]);
});
