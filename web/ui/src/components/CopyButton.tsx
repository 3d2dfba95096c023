import { ActionIcon, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { Check, Copy } from "lucide-react";
import { useText } from "../i18n";

/** Copies a text and shows that it did. */
export function CopyButton({ value, label }: { value: string; label?: string }) {
  const t = useText();
  const clipboard = useClipboard({ timeout: 1500 });
  const words = clipboard.copied ? t("action.copied") : (label ?? t("action.copy"));
  return (
    <Tooltip label={words}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={words} onClick={() => clipboard.copy(value)}>
        {clipboard.copied ? <Check size={14} /> : <Copy size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}
