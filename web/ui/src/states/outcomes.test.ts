import { expect, test } from "vitest";
import { stateOfOutcome } from "./outcomes";

test.each([
  ["lost", "lost"],
  ["interrupted", "interrupted"],
  ["retry", "up_for_retry"],
  [null, "running"],
])("an attempt with the outcome %s is shown as %s", (outcome, shown) => {
  expect(stateOfOutcome(outcome)).toBe(shown);
});
