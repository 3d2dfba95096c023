import { Checkbox } from "@mantine/core";
import { useState } from "react";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";
import { CodeChoice, useCodeChange } from "./CodeChoice";
import { type ClearOptions, clear, NO_REACH, type Target, useRefresh } from "./changes";
import { PreviewDialog } from "./PreviewDialog";
import { ReachBoxes } from "./ReachBoxes";

interface ClearDialogProps {
  target: Target;
  /** Chosen at first; everything can be changed in the dialog. */
  initial?: Partial<ClearOptions>;
  onClose: () => void;
}

/** Has tasks run again: which ones, with whose neighbours, with which code; shown before it is done. */
export function ClearDialog({ target, initial, onClose }: ClearDialogProps) {
  const t = useText();
  const refresh = useRefresh(target.dagId, target.runId);
  const isRun = target.tasks === null;
  const codeChange = useCodeChange(target);
  const [chosen, setOptions] = useState<Partial<ClearOptions>>({ include_downstream: !isRun, ...initial });
  const options: ClearOptions = {
    ...NO_REACH,
    only_failed: false,
    version: codeChange?.inFile ? "latest" : "original",
    ...chosen,
  };
  const change = (part: Partial<ClearOptions>) => setOptions((old) => ({ ...old, ...part }));
  return (
    <PreviewDialog
      title={isRun ? t("clear.titleRun") : t("clear.title", { task: namesOf(target) })}
      options={[target, options]}
      confirm={(count) => t("clear.confirm", { count })}
      run={(dryRun) => clear(target, options, dryRun)}
      onDone={(done) => {
        toastDone(t("clear.done", { count: done.task_instances.length }));
        refresh();
      }}
      onClose={onClose}
    >
      {!isRun && <ReachBoxes reach={options} onChange={change} />}
      <Checkbox
        size="sm"
        label={t("clear.onlyFailed")}
        checked={options.only_failed}
        onChange={(event) => change({ only_failed: event.currentTarget.checked })}
      />
      <CodeChoice
        dagId={target.dagId}
        codeChange={codeChange}
        value={options.version}
        onChange={(version) => change({ version })}
      />
    </PreviewDialog>
  );
}

function namesOf({ tasks }: Target): string {
  const names = (tasks ?? []).map((task) => (typeof task === "string" ? task : `${task[0]} [${task[1]}]`));
  return names.length > 2 ? `${names[0]}, … (${names.length})` : names.join(", ");
}
