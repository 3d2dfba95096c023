import { Button, Group, Modal } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useText } from "../i18n";
import { ErrorBox } from "./ErrorBox";

interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  /** What will happen, to what, and whether it can be undone. */
  children: ReactNode;
  /** The verb on the button: "Delete pool", never "OK". */
  confirm: string;
  danger?: boolean;
  disabled?: boolean;
  size?: string;
  /** What is done; the dialog stays open when it fails, with the error, and when it comes to false. */
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something that cannot simply be undone. */
export function ConfirmDialog({ opened, title, children, confirm, danger, disabled, size, ...on }: ConfirmDialogProps) {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const close = () => {
    setError(null);
    on.onClose();
  };
  const act = async () => {
    setBusy(true);
    setError(null);
    try {
      if ((await on.onConfirm()) !== false) close();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      size={size ?? "md"}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      {children}
      {error !== null && <ErrorBox error={error} />}
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={close}>
          {t("action.cancel")}
        </Button>
        <Button
          color={danger ? "red" : undefined}
          loading={busy}
          disabled={disabled}
          onClick={() => void act()}
          data-autofocus
        >
          {confirm}
        </Button>
      </Group>
    </Modal>
  );
}
