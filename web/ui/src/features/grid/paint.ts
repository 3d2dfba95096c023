/** Draws cells on a canvas: one tile of rows and columns at a time. */

import type { TaskState } from "@/states/states";
import { type Cell, type Segment, type Summary, segmentsOf, summaryOf, sumOf } from "./cells";
import { GLYPHS } from "./glyphs";
import type { Tree } from "./rows";
import type { GridRun } from "./runs";
import type { Sizes } from "./sizes";

export interface Palette {
  fill: Record<TaskState, string>;
  on: Record<TaskState, string>;
  page: string;
}

export interface Tile {
  tree: Tree;
  /** Places of the tile's rows in the tree. */
  rows: readonly number[];
  runs: readonly GridRun[];
  sizes: Sizes;
}

/** What row `index` of the tree says in a run: a task's own cell, or the sum of a group's. */
export function cellSummary(tree: Tree, index: number, cells: readonly Cell[]): Summary | null {
  const row = tree.rows[index];
  if (row?.kind !== "group") return summaryOf(cells[index]);
  return sumOf((tree.leaves.get(row.id) ?? []).map((leaf) => cells[leaf]));
}

/** Paints the whole tile; the context's unit is one CSS pixel. */
export function paintTile(context: CanvasRenderingContext2D, tile: Tile, palette: Palette): void {
  const { tree, rows, runs, sizes } = tile;
  context.clearRect(0, 0, runs.length * sizes.column, rows.length * sizes.row);
  for (const [column, run] of runs.entries()) {
    const x = column * sizes.column + (sizes.column - sizes.cell) / 2;
    for (const [place, index] of rows.entries()) {
      const summary = cellSummary(tree, index, run.cells);
      if (summary === null) continue;
      const y = place * sizes.row + (sizes.row - sizes.cell) / 2;
      const isOne = tree.rows[index]?.kind === "task" && typeof run.cells[index] === "string";
      if (isOne) paintState(context, summary.dominant, x, y, sizes.cell, palette);
      else paintCounts(context, summary, x, y, sizes.cell, palette);
    }
  }
}

function paintState(
  context: CanvasRenderingContext2D,
  state: TaskState,
  x: number,
  y: number,
  side: number,
  palette: Palette,
): void {
  const isEmpty = state === "none" || state === "removed";
  box(context, x, y, side, side);
  if (isEmpty) {
    context.strokeStyle = palette.fill[state];
    context.lineWidth = 1;
    context.stroke();
  } else {
    context.fillStyle = palette.fill[state];
    context.fill();
  }
  paintGlyph(context, state, x, y, side, isEmpty ? palette.fill[state] : palette.on[state]);
}

/** Several instances: a stack of their states behind a second edge, with how many where there is room. */
function paintCounts(
  context: CanvasRenderingContext2D,
  summary: Summary,
  x: number,
  y: number,
  side: number,
  palette: Palette,
): void {
  const inset = side >= 14 ? 2 : 1;
  const front = side - inset;
  context.globalAlpha = 0.45;
  box(context, x + inset, y + inset, front, front);
  context.fillStyle = palette.fill[summary.dominant];
  context.fill();
  context.globalAlpha = 1;
  box(context, x, y, front, front);
  context.save();
  context.clip();
  context.fillStyle = palette.page;
  context.fillRect(x, y, front, front);
  const segments = segmentsOf(summary);
  paintSegments(context, segments, x, y, front, palette);
  context.restore();
  if (side >= 22) paintNumber(context, summary, x + front / 2, y + front / 2, palette, segments);
  else if (segments.length === 1) paintGlyph(context, summary.dominant, x, y, front, palette.on[summary.dominant]);
}

function paintSegments(
  context: CanvasRenderingContext2D,
  segments: readonly Segment[],
  x: number,
  y: number,
  side: number,
  palette: Palette,
): void {
  let top = y;
  for (const [at, { state, share }] of segments.entries()) {
    const height = at === segments.length - 1 ? y + side - top : Math.max(2, Math.round(share * side));
    context.fillStyle = palette.fill[state];
    context.fillRect(x, top, side, height);
    top += height;
  }
}

function paintNumber(
  context: CanvasRenderingContext2D,
  { total, dominant }: Summary,
  x: number,
  y: number,
  palette: Palette,
  segments: readonly Segment[],
): void {
  const largest = [...segments].sort((a, b) => b.share - a.share)[0]?.state ?? dominant;
  context.fillStyle = palette.on[largest];
  context.font = "600 10px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(total > 999 ? `${Math.floor(total / 1000)}k` : String(total), x, y + 0.5);
}

const paths = new Map<string, Path2D>();

function paintGlyph(
  context: CanvasRenderingContext2D,
  state: TaskState,
  x: number,
  y: number,
  side: number,
  colour: string,
): void {
  const glyph = GLYPHS[state];
  if (glyph === undefined || side < 9) return;
  let path = paths.get(glyph.path);
  if (path === undefined) {
    path = new Path2D(glyph.path);
    paths.set(glyph.path, path);
  }
  const scale = side / 16;
  context.save();
  context.translate(x, y);
  context.scale(scale, scale);
  context.lineWidth = Math.max(1.7, 1.2 / scale);
  context.lineCap = "round";
  context.lineJoin = "round";
  if (glyph.fill) {
    context.fillStyle = colour;
    context.fill(path);
  } else {
    context.strokeStyle = colour;
    context.stroke(path);
  }
  context.restore();
}

function box(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.beginPath();
  context.roundRect(x, y, width, height, Math.min(3, width / 4));
}
