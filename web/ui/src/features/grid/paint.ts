/** Puts cells on a canvas: one tile of rows and columns at a time. */

import type { Holds } from "../holds/holds";
import { type Cell, type Summary, summaryOf, sumOf } from "./cells";
import { heldCell } from "./held";
import type { Tree } from "./rows";
import type { GridRun } from "./runs";
import type { Sizes } from "./sizes";
import type { Stamps } from "./stamps";

export interface Tile {
  tree: Tree;
  /** Places of the tile's rows in the tree. */
  rows: readonly number[];
  runs: readonly GridRun[];
  sizes: Sizes;
  holds: Holds;
}

/** What row `index` of the tree says in a run: a task's own cell, or the sum of a group's. */
export function cellSummary(tree: Tree, index: number, cells: readonly Cell[]): Summary | null {
  const row = tree.rows[index];
  if (row?.kind !== "group") return summaryOf(cells[index]);
  return sumOf((tree.leaves.get(row.id) ?? []).map((leaf) => cells[leaf]));
}

/** Paints the whole tile in device pixels, `ratio` of them to a CSS pixel. */
export function paintTile(
  context: Pick<CanvasRenderingContext2D, "drawImage">,
  tile: Tile,
  stamps: Pick<Stamps, "state" | "counts" | "held">,
  ratio: number,
): void {
  const { tree, rows, runs, sizes, holds } = tile;
  const [left, top] = [(sizes.column - sizes.cell) / 2, (sizes.row - sizes.cell) / 2];
  for (const [column, run] of runs.entries()) {
    const x = Math.round((column * sizes.column + left) * ratio);
    for (const [place, index] of rows.entries()) {
      const summary = cellSummary(tree, index, run.cells);
      if (summary === null) continue;
      const isOne = tree.rows[index]?.kind === "task" && typeof run.cells[index] === "string";
      const stamp = isOne ? stamps.state(summary.dominant) : stamps.counts(summary);
      const y = Math.round((place * sizes.row + top) * ratio);
      context.drawImage(stamp, x, y);
      if (heldCell(tree, index, run, holds)) context.drawImage(stamps.held(), x, y);
    }
  }
}
