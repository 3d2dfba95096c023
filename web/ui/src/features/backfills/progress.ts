import type { Backfill, BackfillDate } from "@/api/operatingTypes";

/** The parts of a backfill's bar, from its beginning; dates that wait are what is left of it. */
export const PARTS = ["success", "failed", "running", "queued", "skipped", "waiting"] as const;
export type Part = (typeof PARTS)[number];
export type Counts = Pick<Backfill, Part>;

/** The state whose colour a part has. */
export const STATE_OF = {
  success: "success",
  failed: "failed",
  running: "running",
  queued: "queued",
  skipped: "skipped",
  waiting: "none",
} as const satisfies Record<Part, string>;

export const total = (counts: Counts): number => PARTS.reduce((sum, part) => sum + counts[part], 0);

/** How many dates are over, whichever way. */
export const settled = ({ success, failed, skipped }: Counts): number => success + failed + skipped;

/** The parts that there are, with the share of the whole that each takes, in percent. */
export function shares(counts: Counts): { part: Part; count: number; percent: number }[] {
  const all = Math.max(total(counts), 1);
  return PARTS.filter((part) => counts[part] > 0).map((part) => ({
    part,
    count: counts[part],
    percent: (counts[part] / all) * 100,
  }));
}

/** Whether it can still be paused, resumed or cancelled. */
export const isOpen = ({ state }: Pick<Backfill, "state">): boolean => state === "running" || state === "paused";

/** What its badge says: one of which nothing runs, as its DAG is paused or the dates are only coming, waits. */
export function shownState({ state, running }: Pick<Backfill, "state" | "running">): Backfill["state"] | "waiting" {
  return state === "running" && running === 0 ? "waiting" : state;
}

export const OUTCOMES = ["made", "rerun", "skipped"] as const;

/** How many dates of a preview come to which outcome. */
export function outcomeCounts(dates: readonly Pick<BackfillDate, "outcome">[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of dates) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
