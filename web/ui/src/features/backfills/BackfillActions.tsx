import { Button, Group } from "@mantine/core";
import { CircleX, Pause, Play } from "lucide-react";
import { useState } from "react";
import type { Backfill } from "@/api/operatingTypes";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Guarded } from "@/components/Guarded";
import { toastDone } from "@/components/toasts";
import { type MessageKey, useText } from "@/i18n";
import { isOpen } from "./progress";
import { type Change, useChangeBackfill } from "./queries";

const WORDS = { pause: "backfills.pause", unpause: "backfills.resume", cancel: "backfills.cancel" } as const;
const ICON = { pause: Pause, unpause: Play, cancel: CircleX } as const;

/** What can be done to a backfill that is not over; each is asked for once more. */
export function BackfillActions({ backfill }: { backfill: Backfill }) {
  const t = useText();
  const change = useChangeBackfill();
  const [asked, setAsked] = useState<Change>("pause");
  const [opened, setOpened] = useState(false);
  if (!isOpen(backfill) && !opened) return null;
  const id = String(backfill.id);
  const words = (part: string) => t(`${WORDS[asked]}.${part}` as MessageKey, { id });
  const ask = (wanted: Change) => {
    setAsked(wanted);
    setOpened(true);
  };
  const act = async () => {
    await change(backfill.id, asked);
    toastDone(words("done"));
  };
  return (
    <Group gap="xs">
      <ActionButton change={backfill.state === "paused" ? "unpause" : "pause"} onAsk={ask} />
      <ActionButton change="cancel" onAsk={ask} />
      <ConfirmDialog
        opened={opened}
        title={words("title")}
        confirm={t(WORDS[asked])}
        danger={asked === "cancel"}
        onConfirm={act}
        onClose={() => setOpened(false)}
      >
        {words("text")}
      </ConfirmDialog>
    </Group>
  );
}

function ActionButton({ change, onAsk }: { change: Change; onAsk: (change: Change) => void }) {
  const t = useText();
  const Icon = ICON[change];
  return (
    <Guarded role="operator">
      {(disabled) => (
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon size={14} />}
          disabled={disabled}
          onClick={() => onAsk(change)}
        >
          {t(WORDS[change])}
        </Button>
      )}
    </Guarded>
  );
}
