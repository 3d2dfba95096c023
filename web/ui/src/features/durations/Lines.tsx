import { memo } from "react";
import type { Durations } from "@/api/runTypes";
import { stateColor } from "@/states/states";
import { lineColour } from "./colours";
import classes from "./Durations.module.css";
import type { Series } from "./series";

interface LinesProps {
  series: readonly Series[];
  runs: Durations["runs"];
  x: (run: number) => number;
  y: (seconds: number) => number;
  right: number;
  bottom: number;
}

/** The lines, their medians, their outliers, and below the state of each run that did not succeed. */
export const Lines = memo(function Lines({ series, runs, x, y, right, bottom }: LinesProps) {
  return (
    <>
      {series.map((one, line) => (
        <g key={one.taskId} style={{ color: lineColour(line) }}>
          {one.median !== null && (
            <line className={classes.median} x1={x(-0.5)} x2={right} y1={y(one.median)} y2={y(one.median)} />
          )}
          <path className={classes.line} d={pathOf(one.values, x, y)} />
          {one.values.map((value, run) =>
            value === null ? null : (
              <circle
                key={run}
                className={one.outliers[run] ? classes.outlier : classes.point}
                cx={x(run)}
                cy={y(value)}
                r={one.outliers[run] ? 5 : 2.5}
              />
            ),
          )}
        </g>
      ))}
      {runs.map((run, at) =>
        run.state === "success" ? null : (
          <rect
            key={run.dag_run_id}
            x={x(at) - 3}
            y={bottom + 2}
            width={6}
            height={5}
            rx={1}
            fill={stateColor.fill(run.state)}
          />
        ),
      )}
    </>
  );
});

/** A line that breaks where there is no value. */
function pathOf(
  values: readonly (number | null)[],
  x: (run: number) => number,
  y: (seconds: number) => number,
): string {
  let path = "";
  let isOpen = false;
  for (const [run, value] of values.entries()) {
    if (value !== null) path += `${isOpen ? "L" : "M"}${x(run).toFixed(1)} ${y(value).toFixed(1)}`;
    isOpen = value !== null;
  }
  return path;
}
