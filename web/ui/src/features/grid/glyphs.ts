/** Small drawings on cells, one for each state, so that states are told apart without colour. On a 16 x 16 field. */

import type { TaskState } from "@/states/states";

/** `fill`: an area; otherwise a line. Success has none: what is well stays calm. */
export interface Glyph {
  path: string;
  fill?: boolean;
}

export const GLYPHS: Partial<Record<TaskState, Glyph>> = {
  failed: { path: "M4.5 4.5 11.5 11.5M11.5 4.5 4.5 11.5" },
  upstream_failed: { path: "M8 12.5V4M4.5 7 8 3.5 11.5 7" },
  running: { path: "M5.5 3.8 12.2 8 5.5 12.2Z", fill: true },
  restarting: { path: "M11.8 5.2A4.5 4.5 0 1 0 12.5 8.6M12.3 2.8V5.6H9.5" },
  up_for_retry: { path: "M4.2 5.2A4.5 4.5 0 1 1 3.5 8.6M3.7 2.8V5.6H6.5" },
  up_for_reschedule: { path: "M4.5 3.5H11.5L4.5 12.5H11.5Z" },
  deferred: { path: "M12.6 9.4A5 5 0 1 1 6.6 3.4 4.6 4.6 0 0 0 12.6 9.4Z", fill: true },
  queued: { path: "M4 8H4.2M8 8H8.2M12 8H12.2" },
  scheduled: { path: "M8 4V8.4L10.8 10.2" },
  skipped: { path: "M4 4.2 7.6 8 4 11.8M8.6 4.2 12.2 8 8.6 11.8" },
  removed: { path: "M4 8H12" },
};
