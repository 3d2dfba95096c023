import { expect, test } from "vitest";
import { kindOf } from "./names";

test("the kind of a trigger is the name of its class", () => {
  expect(kindOf("headway.triggers.times.DateTimeTrigger")).toBe("DateTimeTrigger");
  expect(kindOf("StockTrigger")).toBe("StockTrigger");
  expect(kindOf("odd.")).toBe("odd.");
});
