import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { keys } from "@/api/keys";
import type { Held } from "@/api/runTypes";
import { commandOf } from "./holds";
import { WhyWaits } from "./WhyWaits";

const held = (dag_run_id: string, task_id: string): Held => ({
  dag_id: "shop",
  dag_run_id,
  task_id,
  reason: "late file",
  actor: "ops",
  held_at: "2026-11-21T10:00:00Z",
});

function wordsOf(why: string, holds: Held[]): string {
  const client = new QueryClient();
  client.setQueryData(keys.dag("shop", "holds"), holds);
  return renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <WhyWaits why={why} target={{ dagId: "shop", runId: "first", taskId: "load" }} />
      </QueryClientProvider>
    </MantineProvider>,
  )
    .replace(/<style.*?<\/style>/gs, "")
    .replace(/<[^>]+>/g, "");
}

test.each([
  [held("first", "load"), "the button “Release”"],
  [held("", "load"), "the button “Release in all runs”"],
  [held("first", ""), "“Release” on the page of the run"],
  [held("", ""), "“Release” in the menu beside the DAG&#x27;s name"],
])("a hold is told by whom, since when, why, and where it is released", (hold, way) => {
  const words = wordsOf(`it is held by ops: ${commandOf(hold)}`, [hold]);
  expect(words).toMatch(/^Held by ops since .*2026.*: “late file”\. Release it with /);
  expect(words).toContain(`${way}, or ${commandOf(hold)}.`);
});

test("what waits for something else is told as the server says it", () => {
  expect(wordsOf("waits for extract", [held("first", "load")])).toBe("waits for extract");
});
