import { GroupPanel } from "./GroupPanel";
import { InstancePanel } from "./InstancePanel";
import { MappedPanel } from "./MappedPanel";
import { cellSummary } from "./paint";
import { RunPanel } from "./RunPanel";
import type { Tree } from "./rows";
import type { GridRun } from "./runs";
import type { Selection } from "./selection";
import { TaskOverRuns } from "./TaskOverRuns";

interface PanelProps {
  dagId: string;
  selection: Selection;
  tree: Tree;
  runs: readonly GridRun[];
  onSelect: (selection: Selection) => void;
}

/** What stands beside the Grid for the selection: a run, a task in it, a mapped task, a group, a task over runs. */
export function Panel({ dagId, selection, tree, runs, onSelect }: PanelProps) {
  const onClose = () => onSelect({ run: null, task: null, group: false });
  const { run: runId, task, group } = selection;
  const run = runs.find((each) => each.dag_run_id === runId);
  if (runId === null) {
    if (task === null || group) return null;
    return <TaskOverRuns taskId={task} {...{ dagId, tree, runs, onSelect, onClose }} />;
  }
  if (task === null) return <RunPanel {...{ dagId, runId, onClose }} />;
  if (group) return run ? <GroupPanel group={task} {...{ dagId, run, tree, onSelect, onClose }} /> : null;
  const index = tree.indexOf.get(`task:${task}`) ?? -1;
  const target = { dagId, runId, taskId: task, mapIndex: -1 };
  const key = `${runId}/${task}`;
  if (tree.rows[index]?.mapped && run) {
    return <MappedPanel key={key} target={target} summary={cellSummary(tree, index, run.cells)} onClose={onClose} />;
  }
  return <InstancePanel key={key} target={target} onClose={onClose} />;
}
