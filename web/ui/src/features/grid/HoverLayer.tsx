import { type RefObject, useEffect, useState } from "react";
import type { Holds } from "../holds/holds";
import { CellTip } from "./CellTip";
import classes from "./Grid.module.css";
import { heldCell } from "./held";
import type { Place } from "./keys";
import { type Layout, placeAt } from "./layout";
import type { Tree } from "./rows";
import type { GridRun } from "./runs";
import { HEAD_HEIGHT } from "./sizes";

interface HoverLayerProps {
  scroller: RefObject<HTMLElement | null>;
  layout: Layout;
  tree: Tree;
  visible: readonly number[];
  runs: readonly GridRun[];
  holds: Holds;
}

interface Hover {
  place: Place;
  x: number;
  y: number;
}

/** The cross-hair under the pointer and what the cell says. It follows the pointer without drawing the Grid again. */
export function HoverLayer({ scroller, layout, tree, visible, runs, holds }: HoverLayerProps) {
  const hover = useHover(scroller, layout);
  if (!hover) return null;
  const { row, column } = hover.place;
  const { sizes, names, rows } = layout;
  const run = runs[column];
  const index = visible[row] ?? null;
  return (
    <>
      {row >= 0 && (
        <div className={classes.rowBand} style={{ top: HEAD_HEIGHT + row * sizes.row, height: sizes.row }} />
      )}
      {column >= 0 && (
        <div
          className={classes.columnBand}
          style={{ left: names + column * sizes.column, width: sizes.column, height: HEAD_HEIGHT + rows * sizes.row }}
        />
      )}
      {run && <CellTip {...{ tree, index, run }} hold={heldAt(tree, index, run, holds)} x={hover.x} y={hover.y} />}
    </>
  );
}

/** What holds the cell or, over a column's head, the run. */
const heldAt = (tree: Tree, index: number | null, run: GridRun, holds: Holds) =>
  index === null ? (holds.runs.get(run.dag_run_id) ?? null) : heldCell(tree, index, run, holds);

function useHover(scroller: RefObject<HTMLElement | null>, layout: Layout): Hover | null {
  const [hover, setHover] = useState<Hover | null>(null);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const moved = (event: PointerEvent) => {
      const frame = element.getBoundingClientRect();
      const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
      const isInside = x < element.clientWidth && y < element.clientHeight && event.pointerType !== "touch";
      const place = isInside ? placeAt(layout, x, y, element.scrollLeft, element.scrollTop) : null;
      setHover((old) => {
        if (place === null) return null;
        const isSame = old?.place.row === place.row && old.place.column === place.column;
        return isSame ? old : { place, x: event.clientX, y: event.clientY };
      });
    };
    const left = () => setHover(null);
    element.addEventListener("pointermove", moved);
    element.addEventListener("pointerleave", left);
    element.addEventListener("scroll", left, { passive: true });
    return () => {
      element.removeEventListener("pointermove", moved);
      element.removeEventListener("pointerleave", left);
      element.removeEventListener("scroll", left);
    };
  }, [scroller, layout]);
  return hover;
}
