import { api } from "@/api/client";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";

interface DeleteDialogProps {
  name: string;
  resource: string;
  /** What goes with it, and what then fails. */
  children: string;
  onDone: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something of the administration is deleted. */
export function DeleteDialog({ name, resource, children, onDone, onClose }: DeleteDialogProps) {
  const t = useText();
  const remove = async () => {
    await api.delete(resource);
    toastDone(t("admin.deleted", { name }));
    await onDone();
  };
  return (
    <ConfirmDialog
      opened
      danger
      title={t("admin.delete.title", { name })}
      confirm={t("action.delete")}
      onConfirm={remove}
      onClose={onClose}
    >
      {children}
    </ConfirmDialog>
  );
}
