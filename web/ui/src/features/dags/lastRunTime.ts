import type { RecentRun } from "@/api/dagTypes";
import type { MessageKey } from "@/i18n";

/** Which of a run's times counts: when it was due by its schedule; of one that was made by hand, when it began or came. */
export function lastRunTime({
  run_type: type,
  run_after: due,
  start_date: start,
}: Pick<RecentRun, "run_type" | "run_after" | "start_date">): { key: MessageKey; at: string } {
  if (type !== "scheduled" && start !== null) return { key: "dags.lastStarted", at: start };
  return { key: type === "scheduled" || type === "backfill" ? "dags.lastDue" : "dags.lastMade", at: due };
}
