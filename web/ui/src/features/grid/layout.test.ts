import { describe, expect, it } from "vitest";
import { blocksOf, extentOf, type Layout, placeAt } from "./layout";
import { HEAD_HEIGHT, SIZES } from "./sizes";

const LAYOUT: Layout = { sizes: SIZES.normal, names: 200, rows: 50, columns: 30 };

describe("placeAt", () => {
  it("finds a cell under the pointer, also when scrolled", () => {
    expect(placeAt(LAYOUT, 201, HEAD_HEIGHT + 1, 0, 0)).toEqual({ row: 0, column: 0 });
    expect(placeAt(LAYOUT, 201, HEAD_HEIGHT + 1, 40, 48)).toEqual({ row: 2, column: 2 });
  });

  it("knows names and heads, which do not scroll away", () => {
    expect(placeAt(LAYOUT, 10, HEAD_HEIGHT + 25, 400, 0)).toEqual({ row: 1, column: -1 });
    expect(placeAt(LAYOUT, 221, 10, 0, 480)).toEqual({ row: -1, column: 1 });
    expect(placeAt(LAYOUT, 10, 10, 0, 0)).toBeNull();
  });

  it("knows where the cells end", () => {
    const { width, height } = extentOf(LAYOUT);
    expect(placeAt(LAYOUT, width - 1, HEAD_HEIGHT + 1, 0, 0)).toBeNull();
    expect(placeAt(LAYOUT, 201, height - 1, 0, 0)).toBeNull();
  });
});

describe("blocksOf", () => {
  it("takes whole blocks, the last one shorter", () => {
    expect(blocksOf(10, 50, 24, 60)).toEqual([
      { first: 0, length: 24 },
      { first: 24, length: 24 },
      { first: 48, length: 12 },
    ]);
    expect(blocksOf(25, 30, 24, 60)).toEqual([{ first: 24, length: 24 }]);
    expect(blocksOf(0, 0, 24, 0)).toEqual([]);
  });
});
