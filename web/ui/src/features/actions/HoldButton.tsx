import { CirclePause, CirclePlay } from "lucide-react";
import { useState } from "react";
import type { Hold } from "@/api/runTypes";
import { toastDone, toastFailed } from "@/components/toasts";
import { type MessageKey, useText } from "@/i18n";
import { ActionButton } from "./ActionButton";
import { HoldDialog } from "./HoldDialog";

interface HoldButtonProps {
  /** Null: it is not held. */
  hold: Hold | null | undefined;
  /** Holds it for a reason; `everyRun` only where `asksForEveryRun`. */
  onHold: (reason: string, everyRun: boolean) => Promise<unknown>;
  onRelease: () => Promise<unknown>;
  onDone: () => void;
  /** What the button says; by default that it holds or releases. */
  labels?: { hold: MessageKey; release: MessageKey };
  asksForEveryRun?: boolean;
}

const LABELS = { hold: "hold.action", release: "hold.release" } as const;

/** Holds something, or releases what is held. */
export function HoldButton({ hold, onHold, onRelease, onDone, labels = LABELS, asksForEveryRun }: HoldButtonProps) {
  const t = useText();
  const [isAsking, setAsking] = useState(false);
  const release = async () => {
    try {
      await onRelease();
      toastDone(t("hold.released"));
      onDone();
    } catch (error) {
      toastFailed(error, t);
    }
  };
  return (
    <>
      {hold ? (
        <ActionButton label={t(labels.release)} icon={<CirclePlay size={14} />} onClick={() => void release()} />
      ) : (
        <ActionButton label={t(labels.hold)} icon={<CirclePause size={14} />} onClick={() => setAsking(true)} />
      )}
      {isAsking && (
        <HoldDialog
          hold={onHold}
          asksForEveryRun={asksForEveryRun ?? false}
          onDone={onDone}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
