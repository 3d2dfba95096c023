import { useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { Time } from "@/time/Time";
import { Facts } from "../runs/Facts";
import { StateCounts } from "../runs/StateCounts";
import { summaryOf, sumOf } from "./cells";
import classes from "./GroupPanel.module.css";
import type { Tree } from "./rows";
import type { GridRun } from "./runs";
import type { Selection } from "./selection";
import { TaskPanel } from "./TaskPanel";

interface TaskOverRunsProps {
  dagId: string;
  taskId: string;
  tree: Tree;
  runs: readonly GridRun[];
  onSelect: (selection: Selection) => void;
  onClose: () => void;
}

const LATEST = 12;

/** A task over the runs that the Grid shows. */
export function TaskOverRuns({ dagId, taskId, tree, runs, onSelect, onClose }: TaskOverRunsProps) {
  const t = useText();
  const index = tree.indexOf.get(`task:${taskId}`) ?? -1;
  const row = tree.rows[index];
  const sum = sumOf(runs.map((run) => run.cells[index]));
  const latest = [...runs].reverse().slice(0, LATEST);
  return (
    <TaskPanel
      {...{ dagId, taskId, onClose }}
      subtitle={t("grid.overRuns", { count: runs.length })}
      isRemoved={row?.removed ?? false}
    >
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
      {row?.removed && (
        <Facts
          facts={[
            [t("task.operator"), row.operator],
            [t("task.rule"), row.trigger_rule],
          ]}
        />
      )}
    </TaskPanel>
  );
}
