import { type Cell, summaryOf } from "@/features/grid/cells";
import { InstancePanel } from "@/features/grid/InstancePanel";
import { MappedPanel } from "@/features/grid/MappedPanel";
import type { TaskNode } from "./model";

interface ChosenPanelProps {
  dagId: string;
  runId: string | null;
  task: TaskNode | null;
  cell: Cell | undefined;
  onClose: () => void;
}

/** What the Grid shows of a task in a run, beside the graph; nothing where no run is shown or it has no such task. */
export function ChosenPanel({ dagId, runId, task, cell, onClose }: ChosenPanelProps) {
  if (!runId || !task || !cell) return null;
  const target = { dagId, runId, taskId: task.task_id, mapIndex: -1 };
  const key = `${runId}/${task.task_id}`;
  return task.mapped ? (
    <MappedPanel key={key} target={target} summary={summaryOf(cell)} onClose={onClose} />
  ) : (
    <InstancePanel key={key} target={target} onClose={onClose} />
  );
}
