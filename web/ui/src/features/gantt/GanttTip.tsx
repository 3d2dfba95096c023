import { useText } from "@/i18n";
import { stateOfOutcome } from "@/states/outcomes";
import { useStateName } from "@/states/StateBadge";
import { StateIcon } from "@/states/StateIcon";
import { durationText } from "@/time/format";
import { PointerTip } from "../tip/PointerTip";
import { type Bar, heldOf, type TaskBars } from "./geometry";
import type { GanttRow } from "./rows";

interface GanttTipProps {
  row: GanttRow;
  /** When the chart begins. */
  from: number;
  x: number;
  y: number;
}

const { classes } = PointerTip;
const MOST = 6;

/** What the row under the pointer says: its attempts, or how long the whole took. */
export function GanttTip({ row, from, x, y }: GanttTipProps) {
  const t = useText();
  return (
    <PointerTip x={x} y={y}>
      <span className={classes.title}>{row.kind === "task" ? row.bars.task.task_id : row.label}</span>
      {row.kind === "task" ? (
        <Attempts bars={row.bars} from={from} />
      ) : (
        row.span && <span className={classes.faint}>{durationText((row.span.to - row.span.from) / 1000)}</span>
      )}
      {row.kind === "task" && row.bars.held.length > 0 && (
        <span className={classes.line}>{t("gantt.held", { duration: durationText(heldOf(row.bars) / 1000) })}</span>
      )}
      {row.kind === "task" && row.bars.task.critical && <span className={classes.faint}>{t("gantt.onPath")}</span>}
    </PointerTip>
  );
}

function Attempts({ bars, from }: { bars: TaskBars; from: number }) {
  const t = useText();
  const name = useStateName();
  if (bars.bars.length === 0) return <span className={classes.faint}>{name(bars.task.state)}</span>;
  const first = bars.bars[0];
  return (
    <>
      {first && (
        <span className={classes.faint}>
          {t("gantt.started", { duration: durationText(Math.max(0, ((first.start ?? first.end) - from) / 1000)) })}
        </span>
      )}
      {bars.bars.slice(-MOST).map((bar, at) => (
        <AttemptLine key={at} bar={bar} isOnly={bars.bars.length === 1} />
      ))}
    </>
  );
}

function AttemptLine({ bar, isOnly }: { bar: Bar; isOnly: boolean }) {
  const t = useText();
  const name = useStateName();
  const state = bar.start === null ? "queued" : stateOfOutcome(bar.outcome);
  const waited = bar.queued === null ? 0 : ((bar.start ?? bar.end) - bar.queued) / 1000;
  const parts = [
    isOnly ? name(state) : `${t("gantt.attempt", { n: bar.tryNumber })}: ${name(state)}`,
    bar.start !== null && `${t("gantt.ran")} ${durationText((bar.end - bar.start) / 1000)}`,
    waited >= 0.05 && `${t("gantt.waited")} ${durationText(waited)}`,
    bar.attempt.hostname,
  ];
  return (
    <span className={classes.line}>
      <StateIcon state={state} /> {parts.filter(Boolean).join(" · ")}
    </span>
  );
}
