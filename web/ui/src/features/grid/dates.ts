/** The words above the columns: where a day begins, else the time of day, no closer than they are wide. */

import type { Zone } from "@/preferences/store";
import { momentParts } from "@/time/format";
import type { GridRun } from "./runs";
import type { Sizes } from "./sizes";

const WIDTH = 44; // pixels that a label takes

/** For each column its label, or null. */
export function dateLabels(
  runs: readonly Pick<GridRun, "logical_date" | "run_after">[],
  sizes: Pick<Sizes, "column">,
  zone: Zone,
): (string | null)[] {
  let last = { date: "", minute: "" };
  let free = 0;
  return runs.map((run, column) => {
    const { date, clock } = momentParts(new Date(run.logical_date ?? run.run_after), zone);
    const minute = clock.slice(0, 5);
    const x = column * sizes.column;
    const isNewDay = date !== last.date;
    if (x < free || (!isNewDay && (minute === last.minute || x < free + 2 * WIDTH))) return null;
    last = { date, minute };
    free = x + WIDTH;
    return isNewDay ? date.slice(5) : minute;
  });
}
