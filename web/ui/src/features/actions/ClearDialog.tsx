import { Checkbox, Group, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";
import { type ClearOptions, type CodeVersion, clear, NO_REACH, type Target, useRefresh } from "./changes";
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
  const [options, setOptions] = useState<ClearOptions>({
    ...NO_REACH,
    include_downstream: !isRun,
    only_failed: false,
    version: "original",
    ...initial,
  });
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
      <Group gap="lg">
        <Checkbox
          size="sm"
          label={t("clear.onlyFailed")}
          checked={options.only_failed}
          onChange={(event) => change({ only_failed: event.currentTarget.checked })}
        />
        <SegmentedControl
          size="xs"
          aria-label={t("clear.version")}
          value={options.version}
          onChange={(version) => change({ version: version as CodeVersion })}
          data={[
            { value: "original", label: t("clear.original") },
            { value: "latest", label: t("clear.latest") },
          ]}
        />
      </Group>
    </PreviewDialog>
  );
}

function namesOf({ tasks }: Target): string {
  const names = (tasks ?? []).map((task) => (typeof task === "string" ? task : `${task[0]} [${task[1]}]`));
  return names.length > 2 ? `${names[0]}, … (${names.length})` : names.join(", ");
}
