import { MantineProvider } from "@mantine/core";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Reasons } from "./Reasons";

const HOLD = { actor: "ops", held_at: "2026-11-21T10:00:00Z", reason: "the bank is closed", every_run: false };

const RELEASE = "headway tasks release shop load first";
const HELD = `the task is held by ops (“the bank is closed”): ${RELEASE}`;

const wordsOf = (hold: typeof HOLD | null, why: string) =>
  renderToStaticMarkup(
    <MantineProvider>
      <Reasons hold={hold} why={why} release={RELEASE} state="none" />
    </MantineProvider>,
  )
    .replace(/<style.*?<\/style>/gs, "")
    .replace(/<code[^>]*>(.*?)<\/code>/g, "`$1`")
    .replace(/<[^>]+>/g, "");

test("a hold is told once: by whom, why, and both ways to release it", () => {
  const words = wordsOf(HOLD, HELD);
  expect(words).toMatch(/^Held by ops since .*: “the bank is closed”\. Release it with/);
  expect(words).toMatch(/the button “Release”, or `headway tasks release shop load first`\.$/);
  expect(wordsOf({ ...HOLD, every_run: true }, HELD)).toContain("the button “Release in all runs”, or `headway");
});

test("what waits for something else, too, says both", () => {
  const words = wordsOf(HOLD, "waits for extract");
  expect(words).toContain("Release it with the button “Release”, or `headway tasks release shop load first`.");
  expect(words).toContain("waits for extract");
  expect(wordsOf(null, "waits for extract")).toBe("waits for extract");
});
