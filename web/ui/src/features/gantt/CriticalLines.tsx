import { useMemo } from "react";
import type { RunGantt } from "@/api/runTypes";
import classes from "./Gantt.module.css";
import { type Axis, type Span, xOf } from "./geometry";
import type { GanttRow } from "./rows";

interface CriticalLinesProps {
  gantt: RunGantt;
  rows: readonly GanttRow[];
  axis: Axis;
  names: number;
  top: number;
  width: number;
  height: number;
}

import { ROW } from "./sizes";

/** Lines from each task of the critical path to the one that waited for it. */
export function CriticalLines({ gantt, rows, axis, names, top, width, height }: CriticalLinesProps) {
  const places = useMemo(() => placesOf(rows), [rows]);
  const steps = gantt.critical_path.map(
    (step) => places.get(`${step.task_id}:${step.map_index}`) ?? places.get(step.task_id),
  );
  const lines = steps.flatMap((to, at) => {
    const from = steps[at - 1];
    return from && to && from.row !== to.row ? [lineOf(from, to, axis, names, top)] : [];
  });
  return (
    <svg className={classes.critical} width={width} height={height} aria-hidden>
      {lines.map((line) => (
        <path key={line} d={line} />
      ))}
    </svg>
  );
}

interface Placed {
  row: number;
  span: Span;
}

/** Where each task instance is drawn: in its own row, or in that of its mapped task. */
function placesOf(rows: readonly GanttRow[]): Map<string, Placed> {
  const places = new Map<string, Placed>();
  for (const [row, each] of rows.entries()) {
    const span = each.kind === "task" ? each.bars.span : each.span;
    if (span === null || each.kind === "group") continue;
    if (each.kind === "mapped") places.set(each.key.slice("mapped:".length), { row, span });
    else places.set(`${each.bars.task.task_id}:${each.bars.task.map_index}`, { row, span });
  }
  return places;
}

function lineOf(from: Placed, to: Placed, axis: Axis, names: number, top: number): string {
  const [x1, x2] = [names + xOf(axis, from.span.to), names + xOf(axis, to.span.from)];
  const [y1, y2] = [top + from.row * ROW + ROW / 2, top + to.row * ROW + ROW / 2];
  const edge = y2 > y1 ? y2 - 8 : y2 + 8;
  return `M${x1} ${y1}H${Math.max(x1, x2) + 1}V${edge}`;
}
