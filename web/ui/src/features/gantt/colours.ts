/** Which state's colour an attempt has: how it ended, or that it runs. */

const STATES: Record<string, string> = {
  success: "success",
  failed: "failed",
  skipped: "skipped",
  retry: "up_for_retry",
  rescheduled: "up_for_reschedule",
  deferred: "deferred",
  interrupted: "restarting",
  lost: "upstream_failed",
};

export function stateOfOutcome(outcome: string | null): string {
  return outcome === null ? "running" : (STATES[outcome] ?? "none");
}
