import { useEffect, useMemo, useState } from "react";
import type { RunGantt } from "@/api/runTypes";
import sheet from "@/components/Sheet.module.css";
import { useText } from "@/i18n";
import { inSight } from "../grid/scale";
import { useViewport } from "../grid/useViewport";
import { CriticalLines } from "./CriticalLines";
import classes from "./Gantt.module.css";
import { GanttBars } from "./GanttBars";
import { GanttLabel } from "./GanttLabel";
import { GanttTip } from "./GanttTip";
import { domainOf, spanOf, ticksOf, xOf } from "./geometry";
import type { GanttRow } from "./rows";
import { ROW } from "./sizes";
import { stepText } from "./stepText";
import type { Zoom } from "./useZoom";

const HEAD = 26;
const AIR = 76; // right of the last bar, for the words behind it

interface GanttChartProps {
  dagId: string;
  gantt: RunGantt;
  rows: readonly GanttRow[];
  now: number;
  zoom: Zoom;
  onTurn: (key: string) => void;
}

/** The chart itself: names on the left, time to the right; only rows in sight are drawn. */
export function GanttChart({ dagId, gantt, rows, now, zoom, onTurn }: GanttChartProps) {
  const t = useText();
  const viewport = useViewport(zoom.scroller, 130);
  const [width, names] = useWidths(zoom.scroller);
  const [hover, setHover] = useState<{ row: GanttRow; x: number; y: number } | null>(null);
  useWheel(zoom);
  const whole = useMemo(
    () => domainOf(spanOf(rows.map((row) => (row.kind === "task" ? row.bars.span : row.span))), now),
    [rows, now],
  );
  const axis = { domain: whole, pixels: Math.max(120, (width - names - AIR) * zoom.factor) };
  const seen = inSight(viewport.top, viewport.height, ROW, rows.length, 6);
  const ticks = ticksOf(axis, viewport.left, viewport.left + viewport.width);
  const size = { width: names + axis.pixels + AIR, height: HEAD + rows.length * ROW };
  const runId = gantt.run.dag_run_id;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section ref={zoom.scroller} className={sheet.scroller} tabIndex={0} aria-label={t("gantt.label")}>
      <div className={sheet.sheet} style={size}>
        <div className={sheet.head} style={{ width: size.width, height: HEAD }}>
          <div className={sheet.corner} style={{ width: names }} />
          {ticks.offsets.map((offset) => (
            <span key={offset} className={classes.tick} style={{ left: names + xOf(axis, whole.from + offset) }}>
              {stepText(offset, ticks.step)}
            </span>
          ))}
        </div>
        {ticks.offsets.map((offset) => (
          <span
            key={offset}
            className={classes.rule}
            style={{ left: names + xOf(axis, whole.from + offset), top: HEAD }}
          />
        ))}
        <CriticalLines {...{ gantt, rows, axis, names }} top={HEAD} height={size.height} width={size.width} />
        <ul className={classes.rows}>
          {rows.slice(seen.from, seen.to).map((row, at) => (
            <li
              key={row.key}
              className={classes.row}
              data-kind={row.kind}
              style={{ top: HEAD + (seen.from + at) * ROW, height: ROW, width: size.width }}
              onPointerMove={(event) => setHover({ row, x: event.clientX, y: event.clientY })}
              onPointerLeave={() => setHover(null)}
            >
              <div className={classes.name} style={{ width: names }}>
                <GanttLabel {...{ dagId, runId, row, onTurn }} />
              </div>
              <GanttBars row={row} axis={axis} left={names} />
            </li>
          ))}
        </ul>
      </div>
      {hover && <GanttTip row={hover.row} from={whole.from} x={hover.x} y={hover.y} />}
    </section>
  );
}

/** The view's width and that of the names, in pixels. */
function useWidths(scroller: Zoom["scroller"]): [number, number] {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  return [width, width < 640 ? 130 : 250];
}

/** Ctrl and the wheel zoom at the pointer. */
function useWheel({ scroller, by }: Zoom): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const turned = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      by(-Math.sign(event.deltaY) * 0.5, event.clientX - element.getBoundingClientRect().left);
    };
    element.addEventListener("wheel", turned, { passive: false });
    return () => element.removeEventListener("wheel", turned);
  }, [scroller, by]);
}
