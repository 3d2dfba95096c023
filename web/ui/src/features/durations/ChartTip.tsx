import type { Durations } from "@/api/runTypes";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { StateIcon } from "@/states/StateIcon";
import { durationText, shortTime } from "@/time/format";
import { PointerTip } from "../tip/PointerTip";
import { lineColour } from "./colours";
import own from "./Durations.module.css";
import type { PointPlace } from "./places";
import type { Series } from "./series";

interface ChartTipProps {
  series: readonly Series[];
  data: Durations;
  active: PointPlace & { x: number; y: number };
}

const { classes } = PointerTip;

/** All tasks' durations in the run under the pointer, the nearest one set off. */
export function ChartTip({ series, data, active }: ChartTipProps) {
  const t = useText();
  const { zone } = usePreferences();
  const run = data.runs[active.run];
  if (!run) return null;
  return (
    <PointerTip x={active.x} y={active.y}>
      <span className={classes.line}>
        <StateIcon state={run.state} /> {shortTime(new Date(run.run_after), zone)}
      </span>
      {series.map((one, line) => {
        const value = one.values[active.run] ?? null;
        if (value === null) return null;
        const times = one.median ? value / one.median : 1;
        return (
          <span key={one.taskId} className={classes.line} style={{ fontWeight: line === active.line ? 700 : 400 }}>
            <span className={own.swatch} style={{ background: lineColour(line) }} />
            {one.taskId} · {durationText(value)}
            {line === active.line && one.outliers[active.run] && (
              <span className={classes.faint}>{t("duration.usual", { times: times.toFixed(times < 10 ? 1 : 0) })}</span>
            )}
          </span>
        );
      })}
    </PointerTip>
  );
}
