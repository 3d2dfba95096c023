import { expect, test } from "vitest";
import type { Translate } from "@/i18n";
import en from "@/i18n/en";
import { fill } from "@/i18n/format";
import { type Began, type Ended, type Mark, marking, markText } from "./attempts";

const began = (dispatch: number): Began => ({
  dispatch,
  hostname: `w${dispatch}`,
  queue: "default",
  start_date: "2026-11-21T10:00:00Z",
});
const ended = (dispatch: number, outcome: string): Ended => ({
  dispatch,
  outcome,
  end: outcome === "lost" ? "lost" : "complete",
  duration: 15,
  error: outcome === "lost" ? "worker w1 was lost\nmore" : null,
});

test("attempts of one try are told apart, each mark once", () => {
  const put: Mark[] = [];
  const marks = marking((mark) => put.push(mark));
  marks.began(began(1));
  marks.began(began(1));
  marks.ended(ended(1, "lost"));
  marks.ended(ended(1, "lost"));
  marks.began(began(2));
  marks.ended(ended(2, "success"));
  expect(put.map(({ kind, dispatch }) => [kind, dispatch])).toEqual([
    ["ended", 1],
    ["began", 2],
  ]);
});

test("marks speak as the command line does", () => {
  const t: Translate = (key, params) => fill(en[key] ?? "", params);
  const words = (mark: Mark) => markText(mark, t, () => "10:00:00");
  expect(words({ kind: "ended", ...ended(1, "lost") })).toBe(
    "lost after 15s, the end of this attempt's log may be lost with its worker, worker w1 was lost",
  );
  expect(words({ kind: "ended", ...ended(1, "deferred"), duration: null })).toBe("deferred");
  expect(words({ kind: "began", ...began(2) })).toBe("taken up at 10:00:00 by w2, queue default");
});
