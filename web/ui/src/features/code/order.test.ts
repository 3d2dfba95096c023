import { expect, test } from "vitest";
import { asAddress, inOrder } from "./order";

test("the older version is at the left, whichever was chosen first", () => {
  expect(inOrder(2, 1)).toEqual({ left: 1, right: 2 });
  expect(inOrder(1, 2)).toEqual({ left: 1, right: 2 });
  expect(inOrder(2, null)).toEqual({ left: 2, right: null });
  expect(inOrder(2, 2)).toEqual({ left: 2, right: null });
});

test("the newer version stays when the comparison ends", () => {
  expect(asAddress(1, 3)).toEqual({ version: 3, compare: 1, file: null });
  expect(asAddress(3, 1)).toEqual({ version: 3, compare: 1, file: null });
});
