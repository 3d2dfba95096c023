import type { operations } from "../api/schema";

type Query = NonNullable<operations["list_task_instances"]["parameters"]["query"]>;
/** A state of a task instance, as the server knows them. */
export type TaskState = NonNullable<Query["state"]>[number];

export const RUN_STATES = ["queued", "running", "success", "failed"] as const;
export type RunState = (typeof RUN_STATES)[number];

/** One letter for each state, for cells too small for words: readable without colour. */
export const STATE_LETTER: Record<TaskState, string> = {
  none: "",
  scheduled: "c",
  queued: "q",
  running: "▸",
  success: "✓",
  failed: "✕",
  skipped: "»",
  upstream_failed: "!",
  up_for_retry: "↻",
  up_for_reschedule: "⏱",
  deferred: "z",
  restarting: "⟲",
  removed: "–",
};

/** Every state of a run or a task instance; the compiler holds the letters above to those of the server. */
export const TASK_STATES = Object.keys(STATE_LETTER) as TaskState[];

/** How an attempt can end that no state of a task tells of: badges and bars show these, too. */
export type AttemptEnd = "lost" | "interrupted";

const FINISHED: ReadonlySet<string> = new Set(["success", "failed", "skipped", "upstream_failed", "removed"]);

export const isFinished = (state: string): boolean => FINISHED.has(state);

/** In which order the states of a group count: the first that any member has is the state of the whole. */
export const SEVERITY: readonly TaskState[] = [
  "failed",
  "upstream_failed",
  "up_for_retry",
  "restarting",
  "running",
  "deferred",
  "up_for_reschedule",
  "queued",
  "scheduled",
  "none",
  "success",
  "skipped",
  "removed",
];

/** The state that stands for many: what needs attention first. */
export function summaryState(counts: Partial<Record<string, number>>): TaskState {
  return SEVERITY.find((state) => (counts[state] ?? 0) > 0) ?? "none";
}

/** The CSS colour of a state: `fill` for areas, `ink` for text and icons on the page, `onFill` for text on the area. */
export const stateColor = {
  fill: (state: string) => `var(--state-${state.replaceAll("_", "-")})`,
  ink: (state: string) => `var(--state-${state.replaceAll("_", "-")}-ink)`,
  onFill: (state: string) => `var(--state-${state.replaceAll("_", "-")}-on)`,
};
