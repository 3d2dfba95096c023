import { useState } from "react";
import type { InstanceRef } from "@/api/runTypes";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { type Mark, mark, NO_REACH, useRefresh } from "./changes";
import { PreviewDialog } from "./PreviewDialog";
import { ReachBoxes } from "./ReachBoxes";

interface MarkDialogProps {
  target: InstanceRef;
  state: Mark;
  onClose: () => void;
}

/** Sets a task's state by hand; what it would touch is shown before it is done. */
export function MarkDialog({ target, state, onClose }: MarkDialogProps) {
  const t = useText();
  const name = useStateName()(state);
  const refresh = useRefresh(target.dagId, target.runId);
  const [reach, setReach] = useState(NO_REACH);
  const task = target.mapIndex >= 0 ? `${target.taskId} [${target.mapIndex}]` : target.taskId;
  return (
    <PreviewDialog
      title={t("mark.title", { task, state: name })}
      options={[target, state, reach]}
      confirm={(count) => t("mark.confirm", { count, state: name })}
      danger={state === "failed"}
      run={(dryRun) => mark(target, state, reach, dryRun)}
      onDone={(done) => {
        toastDone(t("mark.done", { count: done.task_instances.length, state: name }));
        refresh();
      }}
      onClose={onClose}
    >
      <ReachBoxes reach={reach} onChange={(part) => setReach((old) => ({ ...old, ...part }))} />
    </PreviewDialog>
  );
}
