import { memo, useLayoutEffect, useRef } from "react";
import type { Holds } from "../holds/holds";
import type { Palette } from "./drawings";
import { paintTile } from "./paint";
import type { Tree } from "./rows";
import type { GridRun } from "./runs";
import type { Sizes } from "./sizes";
import { stampsOf } from "./stamps";

interface CellTileProps {
  tree: Tree;
  rows: readonly number[];
  runs: readonly GridRun[];
  sizes: Sizes;
  palette: Palette;
  holds: Holds;
  left: number;
  top: number;
}

/** One canvas of cells; it moves with the page's own scrolling and is painted again only when its cells change. */
export const CellTile = memo(function CellTile(props: CellTileProps) {
  const { tree, rows, runs, sizes, palette, holds, left, top } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = runs.length * sizes.column;
  const height = rows.length * sizes.row;
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    paintTile(context, { tree, rows, runs, sizes, holds }, stampsOf(palette, sizes.cell, ratio), ratio);
  }, [tree, rows, runs, sizes, palette, holds, width, height]);
  return <canvas ref={canvas} aria-hidden style={{ position: "absolute", left, top, width, height }} />;
}, isSame);

function isSame(a: CellTileProps, b: CellTileProps): boolean {
  return (
    a.tree === b.tree &&
    a.sizes === b.sizes &&
    a.palette === b.palette &&
    a.holds === b.holds &&
    a.left === b.left &&
    a.top === b.top &&
    isSameList(a.rows, b.rows) &&
    isSameList(a.runs, b.runs)
  );
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((item, at) => item === b[at]));
}
