/** Where things lie on the Grid's sheet: a head of runs above, names on the left, cells between. */

import type { Place } from "./keys";
import { HEAD_HEIGHT, type Sizes } from "./sizes";

export interface Layout {
  sizes: Sizes;
  /** Width of the names, in CSS pixels. */
  names: number;
  rows: number;
  columns: number;
}

/** The whole sheet's width and height. */
export function extentOf({ sizes, names, rows, columns }: Layout): { width: number; height: number } {
  return { width: names + columns * sizes.column + 8, height: HEAD_HEIGHT + rows * sizes.row + 8 };
}

/**
 * What lies at a point of the viewport: `x`, `y` from its upper left corner, scrolled by `left`, `top`.
 * Head and names stay in place when the rest is scrolled. Null beside the cells.
 */
export function placeAt(layout: Layout, x: number, y: number, left: number, top: number): Place | null {
  const row = y < HEAD_HEIGHT ? -1 : Math.floor((y + top - HEAD_HEIGHT) / layout.sizes.row);
  const column = x < layout.names ? -1 : Math.floor((x + left - layout.names) / layout.sizes.column);
  if (row >= layout.rows || column >= layout.columns || (row === -1 && column === -1)) return null;
  return { row, column };
}

/** `count` items in blocks of `size`; only blocks that touch `from` to `to`. The first item and the length of each. */
export function blocksOf(from: number, to: number, size: number, count: number): { first: number; length: number }[] {
  const blocks: { first: number; length: number }[] = [];
  for (let first = Math.floor(from / size) * size; first < Math.min(to, count); first += size) {
    blocks.push({ first, length: Math.min(size, count - first) });
  }
  return blocks;
}
