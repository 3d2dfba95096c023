import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";

interface HoldDialogProps {
  hold: (reason: string, everyRun: boolean) => Promise<unknown>;
  /** Of a task in a run: whether it is to be held in every other run, too. */
  asksForEveryRun?: boolean;
  onDone: () => void;
  onClose: () => void;
}

/** Holds a task or a run back until somebody releases it; asks why, for whoever finds it held. */
export function HoldDialog({ hold, asksForEveryRun = false, onDone, onClose }: HoldDialogProps) {
  const t = useText();
  const [reason, setReason] = useState("");
  const [isEveryRun, setEveryRun] = useState(false);
  return (
    <ConfirmDialog
      opened
      title={t("hold.title")}
      confirm={t("hold.action")}
      onConfirm={async () => {
        await hold(reason.trim(), isEveryRun);
        toastDone(t("hold.done"));
        onDone();
      }}
      onClose={onClose}
    >
      <p>{t("hold.words")}</p>
      <TextInput
        label={t("hold.reason")}
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
      {asksForEveryRun && (
        <Checkbox
          mt="sm"
          size="sm"
          label={t("hold.everyRun")}
          checked={isEveryRun}
          onChange={(event) => setEveryRun(event.currentTarget.checked)}
        />
      )}
    </ConfirmDialog>
  );
}
