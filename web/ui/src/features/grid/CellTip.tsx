import type { Hold } from "@/api/runTypes";
import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { StateIcon } from "@/states/StateIcon";
import { SEVERITY } from "@/states/states";
import { Duration, Time } from "@/time/Time";
import { useHoldWords } from "../holds/useHoldWords";
import { PointerTip } from "../tip/PointerTip";
import type { Summary } from "./cells";
import { cellSummary } from "./paint";
import { RunTypeIcon, useRunTypeName } from "./RunHeads";
import type { Tree } from "./rows";
import type { GridRun } from "./runs";

interface CellTipProps {
  tree: Tree;
  /** Place of the row in the tree; null over a column's head. */
  index: number | null;
  run: GridRun;
  hold: Hold | null;
  x: number;
  y: number;
}

const { classes } = PointerTip;

/** What lies under the pointer, in words, beside it. */
export function CellTip({ tree, index, run, hold, x, y }: CellTipProps) {
  const t = useText();
  const typeName = useRunTypeName();
  const holdWords = useHoldWords();
  const row = index === null ? undefined : tree.rows[index];
  const summary = index === null ? null : cellSummary(tree, index, run.cells);
  return (
    <PointerTip x={x} y={y}>
      {row && <strong className={classes.title}>{row.id}</strong>}
      {row && (summary ? <Counts summary={summary} /> : <span className={classes.faint}>{t("grid.notInRun")}</span>)}
      <span className={classes.line}>
        <RunTypeIcon type={run.run_type} size={12} /> {typeName(run.run_type)} ·{" "}
        <Time at={run.logical_date ?? run.run_after} as="short" />
      </span>
      {!row && <RunLines run={run} />}
      {hold && <span className={classes.line}>{holdWords(hold)}</span>}
    </PointerTip>
  );
}

function RunLines({ run }: { run: GridRun }) {
  const t = useText();
  const name = useStateName();
  return (
    <>
      <span className={classes.faint}>{run.dag_run_id}</span>
      <span className={classes.line}>
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
    <span key={state} className={classes.line}>
      <StateIcon state={state} /> {summary.total > 1 ? `${summary.counts[state]} ` : ""}
      {name(state)}
    </span>
  ));
}
