import { CirclePause } from "lucide-react";
import type { Hold } from "@/api/runTypes";
import { useText } from "@/i18n";
import { useHoldWords } from "./useHoldWords";

interface MarkProps {
  hold: Hold;
  size: number;
  className?: string | undefined;
}

/** The small mark of what is held, where there is no room for the badge; its title says who holds it. */
export function HeldMark({ hold, ...rest }: Omit<MarkProps, "hold"> & { hold: Hold | null }) {
  return hold && <Mark hold={hold} {...rest} />;
}

function Mark({ hold, size, className }: MarkProps) {
  const t = useText();
  const words = useHoldWords();
  return (
    <span className={className} title={words(hold)} data-held>
      <CirclePause size={size} role="img" aria-label={t("hold.badge")} />
    </span>
  );
}
