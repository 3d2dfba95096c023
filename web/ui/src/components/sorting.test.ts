import { expect, test } from "vitest";
import { directionOf, toggledOrder } from "./sorting";

test("a column's head turns the order round", () => {
  expect(toggledOrder("dag_id", "-last_run")).toBe("-last_run");
  expect(toggledOrder("-last_run", "-last_run")).toBe("last_run");
  expect(toggledOrder("last_run", "-last_run")).toBe("-last_run");
});

test("the head of the sorted column alone has a direction", () => {
  const ways = ["-start_date", "start_date", "end_date"].map((order) => directionOf(order, "-start_date"));
  expect(ways).toEqual(["descending", "ascending", "none"]);
});
