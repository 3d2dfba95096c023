import { describe, expect, it } from "vitest";

import { moved } from "./keys";

const SIZE = { rows: 10, columns: 5, page: 4 };

describe("moved", () => {
  it("goes one step, and stops at the edges", () => {
    expect(moved({ row: 2, column: 2 }, "ArrowDown", false, SIZE)).toEqual({ row: 3, column: 2 });
    expect(moved({ row: 9, column: 4 }, "ArrowDown", false, SIZE)).toEqual({ row: 9, column: 4 });
    expect(moved({ row: 9, column: 4 }, "ArrowRight", false, SIZE)).toEqual({ row: 9, column: 4 });
  });

  it("reaches the heads of rows and columns, not the corner", () => {
    expect(moved({ row: 0, column: 0 }, "ArrowUp", false, SIZE)).toEqual({ row: -1, column: 0 });
    expect(moved({ row: 0, column: 0 }, "ArrowLeft", false, SIZE)).toEqual({ row: 0, column: -1 });
    expect(moved({ row: 0, column: -1 }, "ArrowUp", false, SIZE)).toEqual({ row: 0, column: -1 });
    expect(moved({ row: -1, column: 0 }, "ArrowLeft", false, SIZE)).toEqual({ row: -1, column: 0 });
  });

  it("jumps by pages and to the ends", () => {
    expect(moved({ row: 1, column: 1 }, "PageDown", false, SIZE)).toEqual({ row: 5, column: 1 });
    expect(moved({ row: 1, column: 1 }, "PageUp", false, SIZE)).toEqual({ row: 0, column: 1 });
    expect(moved({ row: 1, column: 1 }, "End", false, SIZE)).toEqual({ row: 1, column: 4 });
    expect(moved({ row: 5, column: 3 }, "Home", true, SIZE)).toEqual({ row: 0, column: 0 });
  });

  it("leaves other keys alone", () => {
    expect(moved({ row: 1, column: 1 }, "a", false, SIZE)).toBeNull();
  });

  it("holds in an empty grid", () => {
    expect(moved({ row: 0, column: 0 }, "ArrowRight", false, { rows: 0, columns: 0, page: 1 })).toEqual({
      row: 0,
      column: -1,
    });
  });
});
