import { expect, test } from "vitest";
import { visibleRows } from "./useVisibleRows";

test("what is in sight is drawn, and some rows beyond", () => {
  const { first, end } = visibleRows(5_000, 800, 50, 1_000);
  expect(first).toBeLessThan(100);
  expect(end).toBeGreaterThan(116);
  expect(end - first).toBeLessThan(40);
});

test("the part that is drawn ends with the rows", () => {
  expect(visibleRows(0, 800, 50, 3)).toEqual({ first: 0, end: 3 });
  expect(visibleRows(0, 800, 50, 0)).toEqual({ first: 0, end: 0 });
  expect(visibleRows(49_200, 800, 50, 1_000).end).toBe(1_000);
});

test("a small scroll draws nothing anew", () => {
  expect(visibleRows(5_010, 780, 50, 1_000)).toEqual(visibleRows(5_000, 780, 50, 1_000));
});
