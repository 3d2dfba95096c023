import { ActionIcon, Tooltip } from "@mantine/core";
import { Trash2 } from "lucide-react";
import type { Token } from "@/api/adminTypes";
import { useText } from "@/i18n";

/** Takes a token back. */
export function RevokeButton({ token, onClick }: { token: Token; onClick: () => void }) {
  const t = useText();
  return (
    <Tooltip label={t("tokens.revoke")}>
      <ActionIcon variant="subtle" color="gray" aria-label={t("admin.delete", { name: token.name })} onClick={onClick}>
        <Trash2 size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
