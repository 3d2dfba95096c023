import { memo } from "react";
import classes from "./Lines.module.css";
import type { Direction, Placed } from "./layout";
import type { Line } from "./model";
import { curve } from "./path";

/** How a line looks: before or after the chosen task, not taken in this run, leading to what runs, far from the choice. */
export type Tone = "plain" | "upstream" | "downstream" | "idle" | "live" | "faded";

const MARKERS: Tone[] = ["plain", "upstream", "downstream", "idle", "live", "faded"];

interface LinesProps {
  lines: Line[];
  placed: Placed;
  direction: Direction;
  tones: Map<string, Tone>;
}

/** All lines of a drawing with their labels, as one picture below the boxes. */
export const Lines = memo(function Lines({ lines, placed, direction, tones }: LinesProps) {
  const { width, height } = placed.size;
  return (
    <svg className={classes.lines} width={Math.max(width, 1)} height={Math.max(height, 1)} aria-hidden="true">
      <defs>
        {MARKERS.map((tone) => (
          <marker
            key={tone}
            id={`arrow-${tone}`}
            viewBox="0 0 8 8"
            refX="7.5"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0,0.8 L8,4 L0,7.2 z" className={classes.arrow} data-tone={tone} />
          </marker>
        ))}
      </defs>
      {lines.map((line) => {
        const tone = tones.get(line.id) ?? "plain";
        const points = placed.lines[line.id]?.points ?? [];
        return (
          <path
            key={line.id}
            d={curve(points, direction)}
            className={classes.line}
            data-tone={tone}
            markerEnd={`url(#arrow-${tone})`}
          />
        );
      })}
      {lines.map((line) => {
        const spot = placed.lines[line.id]?.label;
        if (!line.label || !spot) return null;
        return (
          <text key={line.id} x={spot.x} y={spot.y} className={classes.label} data-tone={tones.get(line.id) ?? "plain"}>
            {line.label}
          </text>
        );
      })}
    </svg>
  );
});
