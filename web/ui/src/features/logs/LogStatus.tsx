import { Coded } from "@/components/Advised";
import { advised } from "@/components/advice";
import { type MessageKey, useText } from "@/i18n";
import classes from "./Logs.module.css";
import type { LogState } from "./useLog";

/** Below the lines: whether more comes, and if not, how the log ends. */
export function LogStatus({ log, state, shown }: { log: LogState; state: string; shown: number }) {
  const t = useText();
  const hiddenCount = log.buffer.length - shown;
  return (
    <div className={classes.status} role="status" data-live={log.end === null || undefined}>
      <span>
        <Coded text={wordsOf(log, state, t)} />
      </span>
      {hiddenCount > 0 && <span className={classes.faint}>{t("logs.hidden", { count: hiddenCount })}</span>}
    </div>
  );
}

function wordsOf(log: LogState, state: string, t: ReturnType<typeof useText>): string {
  if (log.end === "lost") return t("logs.lost");
  if (log.end === "cut") return t("logs.cut");
  if (log.end === "unknown") return log.words ?? "";
  if (log.end !== null) return log.buffer.lines === 0 ? t("logs.empty") : t("logs.end", { count: log.buffer.lines });
  if (log.words) return t("logs.waiting", { why: advised(log.words, t) });
  if (log.isBroken) return t("logs.none");
  if (log.connection === "lost") return t("logs.reconnecting");
  const key: MessageKey = state === "running" ? "logs.following" : "logs.loading";
  return t(key, { count: log.buffer.lines });
}
