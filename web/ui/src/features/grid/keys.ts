/** Where the arrow keys lead in a grid. Column -1 is the row's head, row -1 the column's head. */

export interface Place {
  row: number;
  column: number;
}

export interface Size {
  rows: number;
  columns: number;
  /** Rows that one page key jumps. */
  page: number;
}

/** The place that `key` leads to from `place`, or null when the key does not move. */
export function moved(place: Place, key: string, isControl: boolean, size: Size): Place | null {
  const target = MOVES[key]?.(place, size, isControl);
  if (target === undefined) return null;
  const column = clamp(target.column, -1, size.columns - 1);
  // The corner above the row heads and left of the column heads holds nothing.
  const row = clamp(target.row, column === -1 ? 0 : -1, size.rows - 1);
  return { row, column };
}

const MOVES: Record<string, (place: Place, size: Size, isControl: boolean) => Place> = {
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
  ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  ArrowLeft: ({ row, column }) => ({ row, column: row === -1 ? Math.max(column - 1, 0) : column - 1 }),
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  PageUp: ({ row, column }, { page }) => ({ row: Math.max(row - page, 0), column }),
  PageDown: ({ row, column }, { page }) => ({ row: row + page, column }),
  Home: ({ row }, _size, isControl) => ({ row: isControl ? 0 : row, column: 0 }),
  End: ({ row }, { rows, columns }, isControl) => ({ row: isControl ? rows - 1 : row, column: columns - 1 }),
};

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, Math.max(most, least)));
}
