import { expect, test } from "vitest";
import en from "./en";
import { type Catalogue, gapsOf } from "./format";
import ko from "./ko";

const english: Catalogue = en;
const korean: Catalogue = ko;

test("both languages have the same messages", () => {
  expect(Object.keys(korean).sort()).toEqual(Object.keys(english).sort());
});

test.each(Object.keys(english))("%s has the same gaps in both languages", (key) => {
  expect(gapsOf(korean[key] ?? "")).toEqual(gapsOf(english[key] ?? ""));
});

test.each(Object.entries({ en: english, ko: korean }))("no message of %s is empty", (_, catalogue) => {
  const texts = Object.values(catalogue).flatMap((message) =>
    typeof message === "string" ? message : Object.values(message),
  );
  expect(texts.filter((text) => text.trim() === "")).toEqual([]);
});
