import { expect, test } from "vitest";
import { Choice } from "./choice";

function offering(...keys: string[]): Choice {
  const choice = new Choice();
  choice.offer(keys);
  return choice;
}

test("rows are chosen one by one, or all that are shown at once", () => {
  const choice = offering("a", "b");
  expect(choice.extent).toBe("none");
  choice.set("a", true);
  expect([choice.extent, [...choice.chosen]]).toEqual(["some", ["a"]]);
  choice.setAll(true);
  expect([choice.extent, [...choice.chosen]]).toEqual(["all", ["a", "b"]]);
  choice.set("a", false);
  expect([...choice.chosen]).toEqual(["b"]);
  choice.setAll(false);
  expect(choice.extent).toBe("none");
});

test("a row that is no longer shown is no longer chosen", () => {
  const choice = offering("a", "b");
  choice.setAll(true);
  choice.offer(["b", "c"]);
  expect([choice.extent, [...choice.chosen]]).toEqual(["some", ["b"]]);
});

test("whoever listens hears of each change", () => {
  const choice = offering("a");
  let heard = 0;
  const stop = choice.subscribe(() => {
    heard += 1;
  });
  choice.set("a", true);
  stop();
  choice.setAll(false);
  expect(heard).toBe(1);
});
