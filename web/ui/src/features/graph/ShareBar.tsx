import { type Summary, segmentsOf } from "@/features/grid/cells";
import { stateColor } from "@/states/states";
import classes from "./Box.module.css";

/** How many parts of a whole are in which state, as a thin bar. */
export function ShareBar({ summary }: { summary: Summary }) {
  return (
    <span className={classes.bar} aria-hidden>
      {segmentsOf(summary).map(({ state, share }) => (
        <span key={state} style={{ width: `${share * 100}%`, background: stateColor.fill(state) }} />
      ))}
    </span>
  );
}
