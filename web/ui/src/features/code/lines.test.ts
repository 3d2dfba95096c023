import { expect, test } from "vitest";
import { extended, hashOf, linesOf } from "./lines";

test("an address names lines, in either order", () => {
  expect(linesOf("#L12")).toEqual({ first: 12, last: 12 });
  expect(linesOf("#L20-L12")).toEqual({ first: 12, last: 20 });
  expect(linesOf("#tasks")).toBeNull();
  expect(hashOf({ first: 3, last: 3 })).toBe("#L3");
  expect(hashOf({ first: 3, last: 9 })).toBe("#L3-L9");
});

test("Shift reaches from the first line chosen", () => {
  expect(extended({ first: 5, last: 5 }, 9, true)).toEqual({ first: 5, last: 9 });
  expect(extended({ first: 5, last: 9 }, 2, true)).toEqual({ first: 2, last: 5 });
  expect(extended({ first: 5, last: 9 }, 2, false)).toEqual({ first: 2, last: 2 });
});
