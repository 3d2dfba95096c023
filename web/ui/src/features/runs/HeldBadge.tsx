import { Badge } from "@mantine/core";
import { CirclePause } from "lucide-react";
import type { Hold } from "@/api/runTypes";
import { useText } from "@/i18n";
import { useHoldWords } from "../holds/useHoldWords";

/** Beside the state of what somebody holds back; the tooltip says by whom, since when and why. Nothing when it is not held. */
export function HeldBadge({ hold }: { hold: Hold | null | undefined }) {
  const t = useText();
  const words = useHoldWords();
  if (!hold) return null;
  return (
    <Badge
      size="sm"
      variant="default"
      tt="none"
      leftSection={<CirclePause size={11} aria-hidden />}
      title={words(hold)}
      data-held
    >
      {t("hold.badge")}
    </Badge>
  );
}
