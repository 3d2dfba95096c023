import { expect, test } from "vitest";
import { extraOf } from "./extra";

test("nothing is an empty object", () => {
  expect(extraOf("  ", "must be {}")).toEqual({ extra: {}, fault: null });
});

test("only objects are taken", () => {
  expect(extraOf('{"rows": 3}', "must be {}")).toEqual({ extra: { rows: 3 }, fault: null });
  for (const text of ["[1]", "3", "null"]) expect(extraOf(text, "must be {}").fault).toBe("must be {}");
  expect(extraOf("{rows", "must be {}").fault).toBeTruthy();
});
