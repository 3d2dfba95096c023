import { expect, test } from "vitest";
import { highlight } from "./python";

const words = (source: string) =>
  highlight(source).map((line) => line.filter((word) => word.shade).map((word) => [word.text, word.shade]));

test("keywords, strings, numbers, comments and calls have shades", () => {
  expect(words('@task\ndef run(x):  # why\n    return show("a", 3)')).toEqual([
    [
      ["@", "decorator"],
      ["task", "decorator"],
    ],
    [
      ["def", "keyword"],
      ["run", "name"],
      ["# why", "comment"],
    ],
    [
      ["return", "keyword"],
      ["show", "call"],
      ['"a"', "string"],
      ["3", "number"],
    ],
  ]);
});

test("a text over several lines is a text on each", () => {
  expect(words('"""one\ntwo"""')).toEqual([[['"""one', "string"]], [['two"""', "string"]]]);
});

test("nothing of the source is lost, errors or not", () => {
  const source = 'def broken(:\n\n  x = "<script>&amp;\n\ty == é\n';
  expect(
    highlight(source)
      .map((line) => line.map((word) => word.text).join(""))
      .join("\n"),
  ).toBe(source);
});
