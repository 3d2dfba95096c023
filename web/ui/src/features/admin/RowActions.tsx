import { ActionIcon, Tooltip } from "@mantine/core";
import { Pencil, Trash2 } from "lucide-react";
import { useMay } from "@/api/session";
import { useText } from "@/i18n";
import classes from "./AdminPage.module.css";

interface RowActionsProps {
  name: string;
  onEdit?: () => void;
  onDelete?: (() => void) | undefined;
}

/** Edit and delete at the end of a row, for admins; nobody else sees buttons that do nothing. */
export function RowActions({ name, onEdit, onDelete }: RowActionsProps) {
  const t = useText();
  if (!useMay("admin")) return null;
  return (
    <span className={classes.actions}>
      {onEdit && (
        <Tooltip label={t("action.edit")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("admin.edit", { name })} onClick={onEdit}>
            <Pencil size={14} />
          </ActionIcon>
        </Tooltip>
      )}
      {onDelete && (
        <Tooltip label={t("action.delete")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("admin.delete", { name })} onClick={onDelete}>
            <Trash2 size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    </span>
  );
}
