import { ChartScatter } from "lucide-react";
import { Link } from "react-router";
import { useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { Time } from "@/time/Time";
import { dagAddress } from "../runs/addresses";
import { Facts } from "../runs/Facts";
import { StateCounts } from "../runs/StateCounts";
import { TaskSetup } from "../task/TaskSetup";
import { summaryOf, sumOf } from "./cells";
import classes from "./GroupPanel.module.css";
import type { Tree } from "./rows";
import type { GridRun } from "./runs";
import { SidePanel } from "./SidePanel";
import panel from "./SidePanel.module.css";
import type { Selection } from "./selection";

interface TaskPanelProps {
  dagId: string;
  taskId: string;
  tree: Tree;
  runs: readonly GridRun[];
  onSelect: (selection: Selection) => void;
  onClose: () => void;
}

const LATEST = 12;

/** A task over the runs that are shown. */
export function TaskPanel({ dagId, taskId, tree, runs, onSelect, onClose }: TaskPanelProps) {
  const t = useText();
  const index = tree.indexOf.get(`task:${taskId}`) ?? -1;
  const row = tree.rows[index];
  const sum = sumOf(runs.map((run) => run.cells[index]));
  const latest = [...runs].reverse().slice(0, LATEST);
  return (
    <SidePanel title={taskId} subtitle={t("grid.overRuns", { count: runs.length })} address={null} onClose={onClose}>
      <nav className={panel.links} aria-label={t("grid.links")}>
        <Link to={dagAddress(dagId, "duration", { task: taskId })}>
          <ChartScatter size={14} /> {t("task.durations")}
        </Link>
      </nav>
      {sum && <StateCounts counts={sum.counts as Record<string, number>} />}
      <ul className={classes.tasks}>
        {latest.map((run) => {
          const summary = summaryOf(run.cells[index]);
          return (
            <li key={run.dag_run_id}>
              <button
                type="button"
                className={classes.task}
                onClick={() => onSelect({ run: run.dag_run_id, task: taskId, group: false })}
              >
                <Time at={run.logical_date ?? run.run_after} as="short" />
                {summary ? <StateBadge state={summary.dominant} /> : t("grid.notInRun")}
              </button>
            </li>
          );
        })}
      </ul>
      {row?.removed ? (
        <Facts
          facts={[
            [t("task.operator"), row.operator],
            [t("task.rule"), row.trigger_rule],
          ]}
        />
      ) : (
        <TaskSetup dagId={dagId} taskId={taskId} runId={null} />
      )}
    </SidePanel>
  );
}
