import { expect, test } from "vitest";
import type { Translate } from "../i18n";
import en from "../i18n/en";
import { type Catalogue, fill } from "../i18n/format";
import ko from "../i18n/ko";
import { advised } from "./advice";

const speaking =
  (catalogue: Catalogue): Translate =>
  (key, params) =>
    fill(catalogue[key] ?? "", params);
const inEnglish = (text: string) => advised(text, speaking(en));
const inKorean = (text: string) => advised(text, speaking(ko));

const HELD = "the task is held by ops (“late: file”): headway tasks release shop load first";

test("the button stands before the command, in both languages", () => {
  expect(inEnglish(HELD)).toBe(
    "the task is held by ops (“late: file”). Release it with the button “Release”," +
      " or `headway tasks release shop load first`",
  );
  expect(inKorean(HELD)).toBe(
    "the task is held by ops (“late: file”). “보류 해제” 버튼으로 해제하세요, 또는 명령줄에서 `headway tasks release shop load first`",
  );
});

test.each([
  ["the run is held by ops: headway runs release shop first", "Release it with “Release” on the page of the run"],
  ["the DAG is held by ops: headway dags release shop", "Release it with “Release” in the menu beside the DAG's name"],
  ["the DAG is paused: headway dags unpause shop", "Unpause it with the switch beside the DAG's name"],
  ["its backfill is paused: headway backfill resume 3", "Use “Resume” on the page of the backfill"],
  ["pool 'small' has no slots: headway pools set small SLOTS", "See the page “Pools”"],
  ["run it again: `headway tasks clear shop RUN`", "Use the button “Clear”"],
])("%s", (text, way) => expect(inEnglish(text)).toContain(`. ${way}, or \`headway `));

test("hints in which commands stand among words begin with the page", () => {
  expect(inEnglish("`headway dags list` shows them, `headway dags errors` broken files")).toBe(
    "See the page “DAGs”; on the command line `headway dags list` shows them, `headway dags errors` broken files",
  );
});

test("what only the command line can do, and what is no advice, keeps its words", () => {
  expect(inEnglish("nobody consumes queue 'gpu': headway worker -Q gpu")).toBe(
    "nobody consumes queue 'gpu': `headway worker -Q gpu`",
  );
  for (const text of ["waits for a, b", "headway is late", ""]) expect(inEnglish(text)).toBe(text);
});
