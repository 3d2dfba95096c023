import { StateBadge } from "@/states/StateBadge";
import { SEVERITY, stateColor } from "@/states/states";
import classes from "./StateCounts.module.css";

/** How many task instances stand in which state: a bar in proportion, and the numbers. */
export function StateCounts({ counts }: { counts: Record<string, number> }) {
  const there = SEVERITY.filter((state) => (counts[state] ?? 0) > 0);
  if (there.length === 0) return null;
  return (
    <div className={classes.counts}>
      <div className={classes.bar} aria-hidden>
        {there.map((state) => (
          <span key={state} style={{ flexGrow: counts[state] ?? 0, background: stateColor.fill(state) }} />
        ))}
      </div>
      <div className={classes.numbers}>
        {there.map((state) => (
          <StateBadge key={state} state={state} count={counts[state] ?? 0} />
        ))}
      </div>
    </div>
  );
}
