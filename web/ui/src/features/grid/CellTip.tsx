import { Portal } from "@mantine/core";
import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { StateIcon } from "@/states/StateIcon";
import { SEVERITY } from "@/states/states";
import { Duration, Time } from "@/time/Time";
import type { Summary } from "./cells";
import classes from "./Grid.module.css";
import { cellSummary } from "./paint";
import { RunTypeIcon, useRunTypeName } from "./RunHeads";
import type { Tree } from "./rows";
import type { GridRun } from "./runs";

interface CellTipProps {
  tree: Tree;
  /** Place of the row in the tree; null over a column's head. */
  index: number | null;
  run: GridRun;
  x: number;
  y: number;
}

/** What lies under the pointer, in words, beside it. */
export function CellTip({ tree, index, run, x, y }: CellTipProps) {
  const t = useText();
  const typeName = useRunTypeName();
  const row = index === null ? undefined : tree.rows[index];
  const summary = index === null ? null : cellSummary(tree, index, run.cells);
  const isRight = x > window.innerWidth - 340;
  const style = {
    ...(isRight ? { right: window.innerWidth - x + 14 } : { left: x + 14 }),
    ...(y > window.innerHeight - 180 ? { bottom: window.innerHeight - y + 10 } : { top: y + 14 }),
  };
  return (
    <Portal>
      <div className={classes.tip} style={style} aria-hidden>
        {row && <strong className={classes.tipTitle}>{row.id}</strong>}
        {row && (summary ? <Counts summary={summary} /> : <span className={classes.faint}>{t("grid.notInRun")}</span>)}
        <span className={classes.tipRun}>
          <RunTypeIcon type={run.run_type} size={12} /> {typeName(run.run_type)} ·{" "}
          <Time at={run.logical_date ?? run.run_after} as="short" />
        </span>
        {!row && <RunLines run={run} />}
      </div>
    </Portal>
  );
}

function RunLines({ run }: { run: GridRun }) {
  const t = useText();
  const name = useStateName();
  return (
    <>
      <span className={classes.tipId}>{run.dag_run_id}</span>
      <span className={classes.tipState}>
        <StateIcon state={run.state} /> {name(run.state)} · <Duration seconds={run.duration} since={run.start_date} />
      </span>
      {(run.queued_duration ?? 0) >= 1 && (
        <span className={classes.faint}>
          {t("grid.waited")} <Duration seconds={run.queued_duration} />
        </span>
      )}
    </>
  );
}

function Counts({ summary }: { summary: Summary }) {
  const name = useStateName();
  return SEVERITY.filter((state) => summary.counts[state]).map((state) => (
    <span key={state} className={classes.tipState}>
      <StateIcon state={state} /> {summary.total > 1 ? `${summary.counts[state]} ` : ""}
      {name(state)}
    </span>
  ));
}
