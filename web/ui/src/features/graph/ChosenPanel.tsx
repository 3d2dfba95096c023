import { type Cell, summaryOf } from "@/features/grid/cells";
import { InstancePanel } from "@/features/grid/InstancePanel";
import { MappedPanel } from "@/features/grid/MappedPanel";
import { RunPanel } from "@/features/grid/RunPanel";
import { TaskPanel } from "@/features/grid/TaskPanel";
import { useText } from "@/i18n";
import type { TaskNode } from "./model";

interface ChosenPanelProps {
  dagId: string;
  runId: string | null;
  task: TaskNode | null;
  cell: Cell | undefined;
  /** Whether the run itself is asked for; a chosen task goes before it. */
  isRunShown: boolean;
  onClose: () => void;
}

/** What the Grid shows of a task in a run or by itself, or of the run, beside the graph. */
export function ChosenPanel({ dagId, runId, task, cell, isRunShown, onClose }: ChosenPanelProps) {
  const t = useText();
  if (!task) return runId && isRunShown ? <RunPanel key={runId} {...{ dagId, runId, onClose }} /> : null;
  if (!runId || !cell) {
    const subtitle = runId ? t("grid.notInRun") : t("graph.shown.versions");
    return <TaskPanel key={task.task_id} taskId={task.task_id} {...{ dagId, subtitle, onClose }} />;
  }
  const target = { dagId, runId, taskId: task.task_id, mapIndex: -1 };
  const key = `${runId}/${task.task_id}`;
  return task.mapped ? (
    <MappedPanel key={key} target={target} summary={summaryOf(cell)} onClose={onClose} />
  ) : (
    <InstancePanel key={key} target={target} onClose={onClose} />
  );
}
