import { CirclePause, Clock, Hand, Layers, type LucideIcon, Rewind, Zap } from "lucide-react";
import { memo } from "react";
import type { Hold } from "@/api/runTypes";
import type { MessageKey } from "@/i18n";
import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { stateColor } from "@/states/states";
import { durationText } from "@/time/format";
import classes from "./Grid.module.css";
import type { GridRun } from "./runs";
import type { Scale } from "./scale";
import { HEAD, type Sizes } from "./sizes";

export const RUN_TYPES = ["scheduled", "manual", "backfill", "asset_triggered"] as const;

const MARKS: Record<string, LucideIcon> = {
  scheduled: Clock,
  manual: Hand,
  backfill: Rewind,
  asset_triggered: Zap,
};

/** The mark of a run's type. */
export function RunTypeIcon({ type, size = 14 }: { type: string; size?: number }) {
  const Icon = MARKS[type] ?? Layers;
  return <Icon size={size} aria-hidden />;
}

/** The words for a run's type. */
export function useRunTypeName(): (type: string) => string {
  const t = useText();
  return (type) => (RUN_TYPES.some((known) => known === type) ? t(`runType.${type}` as MessageKey) : type);
}

interface RunHeadProps {
  run: GridRun;
  id: string;
  column: number;
  left: number;
  sizes: Sizes;
  scale: Scale;
  isSelected: boolean;
  isActive: boolean;
  date: string | null;
  hold: Hold | null;
}

/** The head of a column: a bar as long as the run took, lighter where it waited, and the mark of its type. */
export const RunHead = memo(function RunHead({ run, id, column, left, sizes, scale, date, hold, ...is }: RunHeadProps) {
  const t = useText();
  const stateName = useStateName();
  const typeName = useRunTypeName();
  const high = (seconds: number | null) => Math.min(1, (seconds ?? 0) / scale.top) * HEAD.bars;
  const own = t("grid.runLabel", {
    run: run.dag_run_id,
    type: typeName(run.run_type),
    state: stateName(run.state),
    duration: run.duration === null ? "–" : durationText(run.duration),
  });
  const label = hold ? `${own}, ${t("hold.badge")}` : own;
  return (
    <div
      role="columnheader"
      id={id}
      aria-colindex={column + 2}
      aria-selected={is.isSelected}
      data-active={is.isActive || undefined}
      aria-label={label}
      className={classes.runHead}
      style={{ left, width: sizes.column }}
      data-run={run.dag_run_id}
      data-state={run.state}
    >
      {date && <span className={classes.date}>{date}</span>}
      <span className={classes.bar} style={{ width: Math.max(6, sizes.cell - 2), bottom: HEAD.marks }}>
        <span
          className={classes.waited}
          style={{ height: high(run.queued_duration), background: stateColor.fill("queued") }}
        />
        <span
          className={classes.ran}
          style={{ height: Math.max(3, high(run.duration)), background: stateColor.fill(run.state) }}
        />
      </span>
      <span className={classes.mark}>
        <RunTypeIcon type={run.run_type} size={Math.min(12, sizes.column - 2)} />
      </span>
      {run.note && <span className={classes.noted} />}
      {hold && <CirclePause size={12} className={classes.held} aria-hidden data-held />}
    </div>
  );
});
