import { type Translate, useText } from "@/i18n";
import { stateColor } from "@/states/states";
import classes from "./Backfills.module.css";
import { type Counts, type Part, STATE_OF, settled, shares, total } from "./progress";

const words = (t: Translate, part: Part, count: number) => t(`backfills.part.${part}`, { count });
const colour = (part: Part) => (part === "waiting" ? "transparent" : stateColor.fill(STATE_OF[part]));

/** How far a backfill is, in a line: the bar, how many dates are over, and how many of them failed. */
export function Progress({ counts }: { counts: Counts }) {
  const t = useText();
  return (
    <span className={classes.progress}>
      <Bar counts={counts} />
      <span>{t("backfills.progress.of", { settled: settled(counts), total: total(counts) })}</span>
      {counts.failed > 0 && <span className={classes.failed}>{words(t, "failed", counts.failed)}</span>}
    </span>
  );
}

/** The bar in its full width with the number of each part. */
export function ProgressInFull({ counts }: { counts: Counts }) {
  const t = useText();
  return (
    <div>
      <Bar counts={counts} wide />
      <div className={classes.legend} style={{ marginTop: 8 }}>
        {shares(counts).map(({ part, count }) => (
          <span key={part} className={classes.state} data-part={part}>
            <span
              className={classes.dot}
              style={{ background: part === "waiting" ? "var(--hw-border)" : colour(part) }}
            />
            {words(t, part, count)}
          </span>
        ))}
      </div>
    </div>
  );
}

function Bar({ counts, wide }: { counts: Counts; wide?: boolean }) {
  const t = useText();
  const parts = shares(counts);
  const label = parts.map(({ part, count }) => words(t, part, count)).join(", ");
  return (
    <span className={classes.bar} data-wide={wide || undefined} role="img" aria-label={label} title={label}>
      {parts.map(({ part, percent }) => (
        <span key={part} style={{ width: `${percent}%`, background: colour(part) }} />
      ))}
    </span>
  );
}
