/** The attempts of one try: a loss, a reschedule or a deferral ends one, and another goes on with the try. */

import type { MessageKey, Translate } from "@/i18n";
import { durationText } from "@/time/format";

/** What the log's stream tells where an attempt begins. */
export interface Began {
  dispatch: number;
  hostname: string;
  queue: string;
  start_date: string;
}

/** What it tells where one ends. */
export interface Ended {
  dispatch: number;
  outcome: string;
  end: "complete" | "lost" | "cut";
  /** Seconds. */
  duration: number | null;
  error: string | null;
}

export type Mark = ({ kind: "began" } & Began) | ({ kind: "ended" } & Ended);

/** The outcomes with which a try goes on, and what they are called. */
const GOES_ON: Readonly<Record<string, MessageKey>> = {
  lost: "state.lost",
  interrupted: "state.interrupted",
  rescheduled: "state.up_for_reschedule",
  deferred: "state.deferred",
};

/** Which beginnings and ends are marked: those inside a try, each once. After a loss the stream tells them again. */
export function marking(put: (mark: Mark) => void): { began: (data: Began) => void; ended: (data: Ended) => void } {
  let begun = 0;
  let over = 0;
  return {
    began: (data) => {
      if (data.dispatch <= begun) return;
      if (begun > 0) put({ kind: "began", ...data });
      begun = data.dispatch;
    },
    ended: (data) => {
      if (data.dispatch <= over) return;
      over = data.dispatch;
      if (data.outcome in GOES_ON) put({ kind: "ended", ...data });
    },
  };
}

/** A mark in words: "lost after 15 s, with its host …", "taken up by w2 …". */
export function markText(mark: Mark, t: Translate, clock: (at: string) => string): string {
  if (mark.kind === "began")
    return t("logs.began", { host: mark.hostname || "?", queue: mark.queue, time: clock(mark.start_date) });
  const name = t(GOES_ON[mark.outcome] ?? "state.none");
  const ended = mark.duration === null ? name : t("logs.after", { outcome: name, time: durationText(mark.duration) });
  const error = mark.error?.trim().split("\n")[0];
  return [ended, mark.end === "lost" && t("logs.hostLost"), mark.end === "cut" && t("logs.cutHere"), error]
    .filter(Boolean)
    .join(", ");
}
