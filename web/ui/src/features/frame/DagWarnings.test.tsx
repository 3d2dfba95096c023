import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { DagDetails } from "@/api/dagTypes";
import { DagWarnings } from "./DagWarnings";

const warned = (some: Partial<DagDetails>) =>
  renderToStaticMarkup(<DagWarnings dag={{ file: "shop.py", warnings: [], ...some } as DagDetails} />);

test("a hold is told with who put it and when; without a reason it ends without a colon", () => {
  const hold = { actor: "ops", held_at: "2026-11-21T10:00:00Z" };
  expect(warned({ hold: { ...hold, reason: "the bank is closed" } })).toContain(
    "Held by ops since 2026-11-21 19:00:00: “the bank is closed”",
  );
  expect(warned({ hold: { ...hold, reason: "" } })).toContain("<div>Held by ops since 2026-11-21 19:00:00</div>");
});

test("a pause is told when there is a reason to mend", () => {
  const pause = { actor: "scheduler", paused_at: "2026-11-21T10:00:00Z" };
  expect(warned({ pause: { ...pause, reason: "its last 2 runs failed" } })).toContain(
    "Paused because its last 2 runs failed. Mend what made them fail, then unpause it.",
  );
  expect(warned({ pause: { ...pause, reason: "" } })).toBe("");
});

test("one warning of the file is a sentence, several are a list", () => {
  expect(warned({ warnings: [{ line: 3, text: "odd" }] as never })).toContain("<div>shop.py:3 odd</div>");
  const two = warned({
    warnings: [
      { line: 3, text: "odd" },
      { line: 0, text: "old" },
    ] as never,
  });
  expect(two).toMatch(/<li>shop.py:3 odd<\/li><li>old<\/li>/);
});
