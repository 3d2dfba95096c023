import { Stack, Text as Words } from "@mantine/core";
import { useRef } from "react";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";
import { leftAlone } from "./kinds";
import { type ClusterNode, useDrain } from "./queries";

interface DrainDialogProps {
  node: ClusterNode | null;
  nodes: ClusterNode[];
  onClose: () => void;
}

/** Asks before a worker takes nothing new, and says which queues nobody would consume then. */
export function DrainDialog({ node, nodes, onClose }: DrainDialogProps) {
  const t = useText();
  const drain = useDrain();
  const last = useRef(node);
  last.current = node ?? last.current;
  const shown = last.current;
  if (!shown) return null;
  const alone = leftAlone(shown, nodes);
  const act = async () => {
    await drain(shown);
    toastDone(t("nodes.drain.done", { name: shown.name }));
  };
  return (
    <ConfirmDialog
      opened={node !== null}
      title={t("nodes.drain.title", { name: shown.name })}
      confirm={t("nodes.drain.confirm")}
      danger
      onConfirm={act}
      onClose={onClose}
    >
      <Stack gap="xs">
        <Words>{t("nodes.drain.what", { count: shown.running })}</Words>
        {alone.length > 0 && <Words fw={600}>{t("nodes.drain.last", { queues: alone.join(", ") })}</Words>}
      </Stack>
    </ConfirmDialog>
  );
}
