import type { Dag } from "@/api/dagTypes";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { absoluteTime, durationText, zoneName } from "@/time/format";
import { useNow } from "@/time/useNow";
import classes from "./NextRun.module.css";

/** When the next run is due: counts down; late when it should have begun. */
export function NextRun({ dag }: { dag: Pick<Dag, "next_run" | "is_paused" | "is_late"> }) {
  const t = useText();
  if (dag.is_paused) return <span className={classes.faint}>{t("dags.paused")}</span>;
  if (!dag.next_run) return <span className={classes.faint}>–</span>;
  return <Countdown due={dag.next_run} late={dag.is_late} />;
}

function Countdown({ due, late }: { due: string; late: boolean }) {
  const t = useText();
  const { zone } = usePreferences();
  const left = (Date.parse(due) - useNow("second")) / 1000;
  const text = durationText(Math.floor(Math.abs(left)));
  const words = late ? t("dags.late", { time: text }) : left > 0 ? t("dags.in", { time: text }) : t("dags.due");
  return (
    <time
      dateTime={due}
      title={`${absoluteTime(new Date(due), zone)} ${zoneName(zone)}`}
      className={late ? classes.late : classes.time}
    >
      {words}
    </time>
  );
}
