import { type MouseEvent, memo } from "react";
import { useNavigate } from "react-router";
import type { RecentRun } from "@/api/dagTypes";
import { BASE_PATH } from "@/app/basePath";
import { usePreferences } from "@/preferences/store";
import { useStateName } from "@/states/StateBadge";
import { STATE_LETTER, stateColor } from "@/states/states";
import { durationText, shortTime } from "@/time/format";
import { runAddress } from "../runs/addresses";
import classes from "./RunBars.module.css";

/** Height of the lowest and the highest bar, in pixels. */
const LOW = 7;
const HIGH = 24;

interface RunBarsProps {
  dagId: string;
  runs: readonly RecentRun[];
}

/** The last runs as bars: the colour is the state, the height the duration; each leads to its run. */
export const RunBars = memo(function RunBars({ dagId, runs }: RunBarsProps) {
  const name = useStateName();
  const { zone } = usePreferences();
  const follow = useFollow();
  const longest = Math.max(...runs.map(({ duration }) => duration ?? 0), 0.001);
  const height = ({ duration }: RecentRun) => LOW + (HIGH - LOW) * Math.sqrt((duration ?? 0) / longest);
  return (
    <span className={classes.bars} onClickCapture={follow}>
      {runs.map((run, i) => (
        <a
          key={run.dag_run_id}
          href={BASE_PATH + runAddress(dagId, run.dag_run_id)}
          className={classes.bar}
          data-state={run.state}
          tabIndex={i === runs.length - 1 ? 0 : -1}
          aria-label={`${run.dag_run_id}: ${name(run.state)}`}
          title={`${run.dag_run_id}\n${name(run.state)} · ${shortTime(new Date(run.run_after), zone)}${run.duration === null ? "" : ` · ${durationText(run.duration)}`}`}
        >
          <span
            className={classes.fill}
            style={{ height: height(run), background: stateColor.fill(run.state), color: stateColor.onFill(run.state) }}
          >
            {run.state === "failed" ? STATE_LETTER.failed : ""}
          </span>
        </a>
      ))}
    </span>
  );
});

/** Goes where a link among them leads: one handler for all, where each router link would bring its own. */
function useFollow() {
  const navigate = useNavigate();
  return (event: MouseEvent) => {
    const link = (event.target as Element).closest("a");
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain) return;
    event.preventDefault();
    void navigate(link.pathname.slice(BASE_PATH.length));
  };
}
