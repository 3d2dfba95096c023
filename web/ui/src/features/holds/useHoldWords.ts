import { useCallback } from "react";
import type { Hold } from "@/api/runTypes";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { absoluteTime } from "@/time/format";

/** Says who holds something, since when and why, in one line. */
export function useHoldWords(): (hold: Hold) => string {
  const t = useText();
  const { zone } = usePreferences();
  return useCallback(
    ({ actor, held_at, reason }) => {
      const values = { actor, time: absoluteTime(new Date(held_at), zone) };
      return reason ? t("hold.because", { ...values, reason }) : t("hold.by", values);
    },
    [t, zone],
  );
}
