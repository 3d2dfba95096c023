import { type Cell, summaryOf } from "@/features/grid/cells";
import { InstancePanel } from "@/features/grid/InstancePanel";
import { MappedPanel } from "@/features/grid/MappedPanel";
import { RunPanel } from "@/features/grid/RunPanel";
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

/** What the Grid shows of a task in a run, or of the run, beside the graph; nothing where no run is shown. */
export function ChosenPanel({ dagId, runId, task, cell, isRunShown, onClose }: ChosenPanelProps) {
  if (!runId) return null;
  if (!task || !cell) return isRunShown ? <RunPanel key={runId} {...{ dagId, runId, onClose }} /> : null;
  const target = { dagId, runId, taskId: task.task_id, mapIndex: -1 };
  const key = `${runId}/${task.task_id}`;
  return task.mapped ? (
    <MappedPanel key={key} target={target} summary={summaryOf(cell)} onClose={onClose} />
  ) : (
    <InstancePanel key={key} target={target} onClose={onClose} />
  );
}
