/** How one cell is drawn. The context's unit is one CSS pixel; the cell's corner is at 0, 0. */

import type { TaskState } from "@/states/states";
import { type Segment, type Summary, segmentsOf } from "./cells";
import { GLYPHS } from "./glyphs";

export interface Palette {
  fill: Record<TaskState, string>;
  on: Record<TaskState, string>;
  page: string;
  /** Of the mark of what is held. */
  held: string;
}

/** A single task: its state's colour and mark; an empty frame for what has not come yet. */
export function drawState(context: CanvasRenderingContext2D, state: TaskState, side: number, palette: Palette): void {
  const isEmpty = state === "none" || state === "removed";
  if (isEmpty) {
    box(context, 0.5, 0.5, side - 1);
    context.globalAlpha = 0.5;
    context.strokeStyle = palette.on[state];
    context.lineWidth = 1;
    context.stroke();
  } else {
    box(context, 0, 0, side);
    context.fillStyle = palette.fill[state];
    context.fill();
  }
  drawGlyph(context, state, side, palette.on[state]);
  context.globalAlpha = 1;
}

/** Several instances: a stack of their states before a second edge, with how many where there is room. */
export function drawCounts(context: CanvasRenderingContext2D, summary: Summary, side: number, palette: Palette): void {
  const inset = side >= 14 ? 2 : 1;
  const front = side - inset;
  const segments = segmentsOf(summary);
  context.globalAlpha = 0.45;
  box(context, inset, inset, front);
  context.fillStyle = palette.fill[summary.dominant];
  context.fill();
  context.globalAlpha = 1;
  context.save();
  box(context, 0, 0, front);
  context.clip();
  context.fillStyle = palette.page;
  context.fillRect(0, 0, front, front);
  drawStack(context, segments, front, palette);
  context.restore();
  if (side >= 22) drawNumber(context, summary, segments, front / 2, palette);
  else if (segments.length === 1) drawGlyph(context, summary.dominant, front, palette.on[summary.dominant]);
}

/** Around the mark of what is held: it is told from cells of its own colour. */
const EDGE = 0.75;

/** The mark of what is held, in the upper right corner of a cell: two bars on a disc with an edge. */
export function drawHeld(context: CanvasRenderingContext2D, side: number, palette: Palette): void {
  const radius = Math.max(4, side * 0.32);
  const [x, y] = [side - radius, radius];
  for (const [colour, size] of [
    [palette.page, radius],
    [palette.held, radius - EDGE],
  ] as const) {
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  }
  context.fillStyle = palette.page;
  const [width, height] = [radius * 0.26, radius * 0.85];
  for (const left of [x - width * 1.6, x + width * 0.6]) context.fillRect(left, y - height / 2, width, height);
}

function drawStack(
  context: CanvasRenderingContext2D,
  segments: readonly Segment[],
  side: number,
  palette: Palette,
): void {
  let top = 0;
  for (const [at, { state, share }] of segments.entries()) {
    const height = at === segments.length - 1 ? side - top : Math.max(2, Math.round(share * side));
    context.fillStyle = palette.fill[state];
    context.fillRect(0, top, side, height);
    top += height;
  }
}

function drawNumber(
  context: CanvasRenderingContext2D,
  { total, dominant }: Summary,
  segments: readonly Segment[],
  middle: number,
  palette: Palette,
): void {
  const largest = segments.reduce((a, b) => (b.share > a.share ? b : a), { state: dominant, share: 0 }).state;
  context.fillStyle = palette.on[largest];
  context.font = "600 10px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(total > 999 ? `${Math.floor(total / 1000)}k` : String(total), middle, middle + 0.5);
}

function drawGlyph(context: CanvasRenderingContext2D, state: TaskState, side: number, colour: string): void {
  const glyph = GLYPHS[state];
  if (glyph === undefined || side < 9) return;
  const path = new Path2D(glyph.path);
  const scale = side / 16;
  context.save();
  context.scale(scale, scale);
  context.lineWidth = Math.max(1.7, 1.2 / scale);
  context.lineCap = "round";
  context.lineJoin = "round";
  context.fillStyle = colour;
  context.strokeStyle = colour;
  if (glyph.fill) context.fill(path);
  else context.stroke(path);
  context.restore();
}

function box(context: CanvasRenderingContext2D, x: number, y: number, side: number): void {
  context.beginPath();
  context.roundRect(x, y, side, side, Math.min(3, side / 4));
}
