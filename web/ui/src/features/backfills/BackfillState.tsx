import type { Backfill } from "@/api/operatingTypes";
import { useText } from "@/i18n";
import { stateColor } from "@/states/states";
import classes from "./Backfills.module.css";
import { shownState } from "./progress";

const COLOUR_OF = {
  running: "running",
  waiting: "queued",
  paused: "queued",
  completed: "success",
  cancelled: "removed",
} as const;

/** The state of a backfill: a dot and its word. */
export function BackfillState({ backfill }: { backfill: Pick<Backfill, "state" | "running"> }) {
  const t = useText();
  const state = shownState(backfill);
  return (
    <span className={classes.state} data-backfill={state}>
      <span className={classes.dot} style={{ background: stateColor.fill(COLOUR_OF[state]) }} />
      {t(`backfills.state.${state}`)}
    </span>
  );
}
