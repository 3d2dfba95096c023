import { Button, Group, Modal, Stack } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { ApiError } from "../api/problem";
import { useText } from "../i18n";
import { ErrorBox } from "./ErrorBox";
import classes from "./FormDialog.module.css";
import { useFaultFocus } from "./useFaultFocus";

interface FormDialogProps {
  title: string;
  submit: string;
  size?: string;
  /** What is done; the dialog stays open with the error when it fails. */
  onSubmit: () => Promise<unknown>;
  onClose: () => void;
  /** The dialog's owner shows what comes next: it is not closed after success. */
  keepOpen?: boolean;
  /** Between the form's fields and its buttons' left: a test, a hint. */
  aside?: ReactNode;
  /** Gets what the server says of a field, by its name. */
  children: (errorOf: (field: string) => string | null) => ReactNode;
}

/** A form in a dialog: sends it, and shows what the server refuses, at the field where it names one. */
export function FormDialog({ title, submit, size, onSubmit, onClose, keepOpen, aside, children }: FormDialogProps) {
  const t = useText();
  const [form, refused] = useFaultFocus();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = error instanceof ApiError ? error.fields : new Map<string, string>();

  /** What is said of the form as a whole may be mended by any change; what is said of a field stands until it is sent. */
  const changed = () => {
    if (error !== null && fields.size === 0) setError(null);
  };
  const send = async (event: React.FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await onSubmit();
      if (!keepOpen) onClose();
    } catch (failure) {
      setError(failure);
      refused();
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={size ?? "md"}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <form ref={form} onSubmit={(event) => void send(event)} onChange={changed}>
        <Stack gap="sm">
          {children((field) => fields.get(field) ?? null)}
          {error !== null && fields.size === 0 && <ErrorBox error={error} />}
          <Group className={classes.footer ?? ""} justify="space-between" wrap="nowrap" mt="sm">
            <div>{aside}</div>
            <Group gap="xs" wrap="nowrap">
              <Button variant="default" onClick={onClose}>
                {t("action.cancel")}
              </Button>
              <Button type="submit" loading={busy}>
                {submit}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
