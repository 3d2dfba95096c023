import { stateOfOutcome } from "@/states/outcomes";
import { stateColor } from "@/states/states";
import { durationText } from "@/time/format";
import { segmentsOf, summaryOf } from "../grid/cells";
import classes from "./Gantt.module.css";
import { type Axis, type Bar, type Span, type TaskBars, timesOf, xOf } from "./geometry";
import { HeldTimes } from "./Held";
import type { GanttRow } from "./rows";

interface GanttBarsProps {
  row: GanttRow;
  axis: Axis;
  left: number;
}

const THINNEST = 2; // pixels that the shortest attempt has

/** The bars of one row. */
export function GanttBars({ row, axis, left }: GanttBarsProps) {
  if (row.kind === "group") return <Bracket span={row.span} axis={axis} left={left} />;
  if (row.kind === "mapped") return <Whole row={row} axis={axis} left={left} />;
  return <Attempts bars={row.bars} axis={axis} left={left} />;
}

function Attempts({ bars, axis, left }: { bars: TaskBars; axis: Axis; left: number }) {
  const { ran } = timesOf(bars);
  const end = bars.span ? left + xOf(axis, bars.span.to) : left;
  return (
    <>
      <HeldTimes held={bars.held} axis={axis} left={left} />
      {bars.bars.map((bar, at) => {
        const next = bars.bars[at + 1];
        return (
          <span key={at}>
            {bar.queued !== null && (
              <span className={classes.waited} style={place(axis, left, bar.queued, bar.start ?? bar.end)} />
            )}
            {bar.start !== null && <Ran bar={bar} axis={axis} left={left} isCritical={bars.task.critical} />}
            {next && (
              <span
                className={classes.between}
                style={place(axis, left, bar.end, next.queued ?? next.start ?? bar.end)}
              />
            )}
          </span>
        );
      })}
      {ran > 0 && (
        <span className={classes.words} style={{ left: end + 6 }}>
          {durationText(ran / 1000)}
        </span>
      )}
    </>
  );
}

function Ran({ bar, axis, left, isCritical }: { bar: Bar; axis: Axis; left: number; isCritical: boolean }) {
  const state = stateOfOutcome(bar.outcome);
  return (
    <span
      className={classes.ran}
      data-critical={isCritical || undefined}
      data-open={bar.isOpen || undefined}
      style={{ ...place(axis, left, bar.start ?? bar.end, bar.end), background: stateColor.fill(state) }}
    />
  );
}

/** All instances of a mapped task: one bar, its states in proportion. */
function Whole({ row, axis, left }: { row: GanttRow & { kind: "mapped" }; axis: Axis; left: number }) {
  if (row.span === null) return null;
  const counts: Record<string, number> = {};
  for (const { task } of row.parts) counts[task.state] = (counts[task.state] ?? 0) + Math.max(1, task.instances);
  const summary = summaryOf({ counts });
  const isCritical = row.parts.some(({ task }) => task.critical);
  return (
    <>
      <span
        className={classes.whole}
        data-critical={isCritical || undefined}
        style={place(axis, left, row.span.from, row.span.to)}
      >
        {summary &&
          segmentsOf(summary).map(({ state, share }) => (
            <span key={state} style={{ flexGrow: share, background: stateColor.fill(state) }} />
          ))}
      </span>
      <span className={classes.words} style={{ left: left + xOf(axis, row.span.to) + 6 }}>
        {durationText((row.span.to - row.span.from) / 1000)}
      </span>
    </>
  );
}

function Bracket({ span, axis, left }: { span: Span | null; axis: Axis; left: number }) {
  if (span === null) return null;
  return <span className={classes.bracket} style={place(axis, left, span.from, span.to)} />;
}

function place(axis: Axis, left: number, from: number, to: number) {
  const x = xOf(axis, from);
  return { left: left + x, width: Math.max(THINNEST, xOf(axis, to) - x) };
}
