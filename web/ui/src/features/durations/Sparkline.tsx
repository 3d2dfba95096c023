import { memo } from "react";
import classes from "./Durations.module.css";

const WIDTH = 130;
const HEIGHT = 22;

interface SparklineProps {
  values: readonly (number | null)[];
  outliers: readonly boolean[];
}

/** A task's durations over runs, as small as a word: from zero to its own longest. */
export const Sparkline = memo(function Sparkline({ values, outliers }: SparklineProps) {
  const most = Math.max(0.001, ...values.map((value) => value ?? 0));
  const step = WIDTH / Math.max(1, values.length);
  const width = Math.max(1, Math.min(6, step - 1));
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden className={classes.spark}>
      {values.map((value, at) =>
        value === null ? null : (
          <rect
            key={at}
            data-outlier={outliers[at] || undefined}
            x={at * step}
            width={width}
            y={HEIGHT - Math.max(1, (value / most) * HEIGHT)}
            height={Math.max(1, (value / most) * HEIGHT)}
          />
        ),
      )}
    </svg>
  );
});
