import { useStateName } from "@/states/StateBadge";
import { stateColor, TASK_STATES } from "@/states/states";
import classes from "./TaskCounts.module.css";

/** The task instances of a run as a bar by state; the words are its title. */
export function TaskCounts({ counts }: { counts: Partial<Record<string, number>> }) {
  const name = useStateName();
  const shown = TASK_STATES.map((state) => ({ state, count: counts[state] ?? 0 })).filter(({ count }) => count > 0);
  if (shown.length === 0) return <span className={classes.none}>–</span>;
  const words = shown.map(({ state, count }) => `${count} ${name(state)}`).join(", ");
  const total = shown.reduce((sum, { count }) => sum + count, 0);
  return (
    <span className={classes.line} title={words}>
      <span className={classes.bar} role="img" aria-label={words}>
        {shown.map(({ state, count }) => (
          <span key={state} style={{ flex: count, background: stateColor.fill(state) }} />
        ))}
      </span>
      {total.toLocaleString()}
    </span>
  );
}
