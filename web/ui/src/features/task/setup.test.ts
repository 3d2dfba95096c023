import { expect, test } from "vitest";
import { growthOf } from "./setup";

test.each([
  [null, null],
  [false, null],
  [true, 2],
  [1, null],
  [0, null],
  [1.5, 1.5],
])("delays that grow by %s have the factor %s", (given, factor) => {
  expect(growthOf({ retry_exponential_backoff: given })).toBe(factor);
});
