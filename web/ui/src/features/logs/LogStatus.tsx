import type { InstanceRef } from "@/api/runTypes";
import { Coded } from "@/components/Advised";
import { type MessageKey, Text, useText } from "@/i18n";
import { WhyWaits } from "../holds/WhyWaits";
import classes from "./Logs.module.css";
import type { LogState } from "./useLog";

interface LogStatusProps {
  target: InstanceRef;
  log: LogState;
  state: string;
  shown: number;
}

/** Below the lines: whether more comes, and if not, how the log ends. */
export function LogStatus({ target, log, state, shown }: LogStatusProps) {
  const t = useText();
  const hiddenCount = log.buffer.length - shown;
  return (
    <div className={classes.status} role="status" data-live={log.end === null || undefined}>
      <span>
        {log.end === null && log.words ? (
          <Text k="logs.waiting" values={{ why: <WhyWaits why={log.words} target={target} /> }} />
        ) : (
          <Coded text={wordsOf(log, state, t)} />
        )}
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
  if (log.isBroken) return t("logs.none");
  if (log.connection === "lost") return t("logs.reconnecting");
  const key: MessageKey = state === "running" ? "logs.following" : "logs.loading";
  return t(key, { count: log.buffer.lines });
}
