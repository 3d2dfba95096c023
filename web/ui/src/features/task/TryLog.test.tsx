import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { MemoryRouter } from "react-router";
import { expect, test } from "vitest";
import { keys } from "@/api/keys";
import type { TaskInstance } from "@/api/runTypes";
import { TryLog } from "./TryLog";

const RELEASE = "headway runs release shop first";
const HOLD = {
  dag_id: "shop",
  dag_run_id: "first",
  task_id: "",
  reason: "late file",
  actor: "ops",
  held_at: "2026-11-21T10:00:00Z",
};

test("the log of a task that has not begun says who holds it back, and since when", () => {
  const client = new QueryClient();
  client.setQueryData(keys.dag("shop", "holds"), [HOLD]);
  const instance = { try_number: 0, state: "none", why: `the run is held by ops: ${RELEASE}` } as TaskInstance;
  const markup = renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <MemoryRouter>
          <TryLog target={{ dagId: "shop", runId: "first", taskId: "load", mapIndex: -1 }} instance={instance} />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  const words = markup.replace(/<style.*?<\/style>/gs, "").replace(/<[^>]+>/g, "");
  expect(words).toMatch(/Held by ops since .*2026.*: “late file”\. Release it with “Release” on the page of the run/);
});
