/** Lengths of the Grid in CSS pixels. */

import type { Density } from "./memory";

export interface Sizes {
  row: number;
  column: number;
  /** Side of a cell's square; the rest is gap. */
  cell: number;
}

export const SIZES: Record<Density, Sizes> = {
  compact: { row: 19, column: 12, cell: 10 },
  normal: { row: 24, column: 20, cell: 16 },
  roomy: { row: 30, column: 36, cell: 24 },
};

/** The head above the cells: dates, bars, marks of run types. */
export const HEAD = { dates: 18, bars: 76, marks: 20 } as const;
export const HEAD_HEIGHT = HEAD.dates + HEAD.bars + HEAD.marks;

/** How many rows and columns one painted tile has. */
export const TILE = { rows: 24, columns: 40 } as const;
