/** How attempts end, and what badges and bars show of that. */

import type { AttemptEnd, TaskState } from "./states";

const STATES: Record<string, TaskState | AttemptEnd> = {
  success: "success",
  failed: "failed",
  skipped: "skipped",
  retry: "up_for_retry",
  rescheduled: "up_for_reschedule",
  deferred: "deferred",
  interrupted: "interrupted",
  lost: "lost",
};

/** What stands for an attempt: mostly the state that its outcome led to, `running` while it has none. */
export function stateOfOutcome(outcome: string | null): string {
  return outcome === null ? "running" : (STATES[outcome] ?? "none");
}
