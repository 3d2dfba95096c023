import type { Hour } from "@/api/homeTypes";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { stateColor } from "@/states/states";
import { momentParts } from "@/time/format";
import classes from "./HourBars.module.css";

/** A label under every n-th bar. */
const LABEL_EACH = 3;

/** How many runs ended in each of the last 24 hours: successes, and failures on top of them. */
export function HourBars({ hours }: { hours: Hour[] }) {
  const t = useText();
  const { zone } = usePreferences();
  const most = Math.max(...hours.map(({ success, failed }) => success + failed), 1);
  const total = (name: "success" | "failed") => hours.reduce((sum, hour) => sum + hour[name], 0);
  const words = t("home.hours.words", { success: total("success"), failed: total("failed") });
  return (
    <div className={classes.chart} role="img" aria-label={words}>
      {hours.map(({ hour, success, failed }, i) => {
        const at = momentParts(new Date(hour), zone).clock.slice(0, 5);
        return (
          <div key={hour} className={classes.column} title={`${at}\n${t("home.hours.words", { success, failed })}`}>
            <div className={classes.bar}>
              <Part count={failed} most={most} state="failed" />
              <Part count={success} most={most} state="success" />
            </div>
            <span className={classes.hour}>{(hours.length - 1 - i) % LABEL_EACH === 0 ? at : ""}</span>
          </div>
        );
      })}
    </div>
  );
}

function Part({ count, most, state }: { count: number; most: number; state: string }) {
  if (count === 0) return null;
  return <div style={{ flex: `0 0 max(2px, ${(count / most) * 100}%)`, background: stateColor.fill(state) }} />;
}
