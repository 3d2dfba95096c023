import { describe, expect, it } from "vitest";

import { spansOf } from "./ansi";
import { cutAt, matcher, matchesAmong, rangesIn, stepped } from "./search";

const LINES = ["Start", "value is [1]", "ERROR: a.b", "error: a-b", "end"];

function found(query: string, from = 0, to = LINES.length) {
  const pattern = matcher(query);
  const all = LINES.map((_, index) => index);
  return pattern && matchesAmong(all, (index) => LINES[index] ?? "", pattern, from, to);
}

describe("search", () => {
  it("ignores case and takes the query as text", () => {
    expect(found("error")).toEqual([2, 3]);
    expect(found("a.b")).toEqual([2]);
    expect(found("[1]")).toEqual([1]);
    expect(found("(")).toEqual([]);
    expect(matcher("")).toBeNull();
  });

  it("looks at a slice only", () => {
    expect(found("error", 3, 4)).toEqual([3]);
    expect(found("error", 0, 3)).toEqual([2]);
  });

  it("goes to the next and the previous match, round the ends", () => {
    expect(stepped([2, 5, 9], 5, 1)).toBe(9);
    expect(stepped([2, 5, 9], 9, 1)).toBe(2);
    expect(stepped([2, 5, 9], 5, -1)).toBe(2);
    expect(stepped([2, 5, 9], 2, -1)).toBe(9);
    expect(stepped([], 2, 1)).toBeNull();
  });

  it("finds every place in a line", () => {
    const pattern = matcher("ab");
    expect(pattern && rangesIn("abcAB", pattern)).toEqual([
      { from: 0, to: 2 },
      { from: 3, to: 5 },
    ]);
  });

  it("marks a match that goes over two colours", () => {
    const pieces = cutAt(spansOf("he\x1b[31mllo wor\x1b[0mld"), [{ from: 1, to: 5 }]);
    expect(pieces.map(({ text, look, isMatch }) => [text, look.fg ?? null, isMatch])).toEqual([
      ["h", null, false],
      ["e", null, true],
      ["llo", 1, true],
      [" wor", 1, false],
      ["ld", null, false],
    ]);
  });
});
