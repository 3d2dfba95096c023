import { type Axis, type Span, xOf } from "./geometry";
import classes from "./Held.module.css";

/** When a task was held: behind its bars, so that what it waited for by itself is told from what people made it wait. */
export function HeldTimes({ held, axis, left }: { held: readonly Span[]; axis: Axis; left: number }) {
  return held.map(({ from, to }) => (
    <span
      key={from}
      className={classes.held}
      style={{ left: left + xOf(axis, from), width: Math.max(2, xOf(axis, to) - xOf(axis, from)) }}
    />
  ));
}
