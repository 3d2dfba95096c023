import { TextInput } from "@mantine/core";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";

interface HoldDialogProps {
  hold: (reason: string) => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}

/** Holds a task or a run back until somebody releases it; asks why, for whoever finds it held. */
export function HoldDialog({ hold, onDone, onClose }: HoldDialogProps) {
  const t = useText();
  const [reason, setReason] = useState("");
  return (
    <ConfirmDialog
      opened
      title={t("hold.title")}
      confirm={t("hold.action")}
      onConfirm={async () => {
        await hold(reason.trim());
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
    </ConfirmDialog>
  );
}
