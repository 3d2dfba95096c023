import type { RecentRun } from "@/api/dagTypes";
import type { MessageKey } from "@/i18n";

/** When a scheduled run was due; any other run began when somebody or something made it. */
export function lastRunTime({
  run_type: type,
  run_after: due,
  start_date: start,
}: Pick<RecentRun, "run_type" | "run_after" | "start_date">): { key: MessageKey; at: string } {
  if (type === "scheduled") return { key: "dags.lastDue", at: due };
  return start === null ? { key: "dags.lastTriggered", at: due } : { key: "dags.lastStarted", at: start };
}
