import { useText } from "@/i18n";
import { durationText } from "@/time/format";
import classes from "./Grid.module.css";
import type { Scale } from "./scale";
import { HEAD } from "./sizes";

interface DurationAxisProps {
  scale: Scale;
  /** Seconds that a run usually takes; null when none has ended. */
  median: number | null;
}

const bottomOf = (scale: Scale, seconds: number) => HEAD.marks + (seconds / scale.top) * HEAD.bars;

/** The words of the scale, in the corner left of the bars. */
export function DurationAxis({ scale, median }: DurationAxisProps) {
  const t = useText();
  return (
    <div className={classes.axis}>
      <span className={classes.axisTitle}>{t("grid.duration")}</span>
      {median !== null && (
        <span className={classes.medianWords}>{t("grid.median", { duration: durationText(median) })}</span>
      )}
      {scale.ticks.map((tick) => (
        <span key={tick} className={classes.tick} style={{ bottom: bottomOf(scale, tick) - 7 }}>
          {roundDuration(tick)}
        </span>
      ))}
    </div>
  );
}

/** The lines of the scale and of the median, behind the bars. */
DurationAxis.Lines = function Lines({ scale, median }: DurationAxisProps) {
  return (
    <>
      {scale.ticks.map((tick) => (
        <span key={tick} className={classes.tickLine} style={{ bottom: bottomOf(scale, tick) }} />
      ))}
      {median !== null && <span className={classes.medianLine} style={{ bottom: bottomOf(scale, median) }} />}
    </>
  );
};

const UNITS: [number, string][] = [
  [86400, "d"],
  [3600, "h"],
  [60, "m"],
  [1, "s"],
];

/** Ticks are round numbers: `30s`, `2m`, `1h`. */
export function roundDuration(seconds: number): string {
  const [size, unit] = UNITS.find(([size]) => seconds >= size && seconds % size === 0) ?? [1, "s"];
  return `${Number((seconds / size).toFixed(3))}${unit}`;
}
