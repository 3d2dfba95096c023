// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { MemoryRouter } from "react-router";
import { expect, test } from "vitest";
import { keys } from "@/api/keys";
import { SessionProvider } from "@/api/session";
import type { Role, Session } from "@/api/types";
import { TaskPanel } from "./TaskPanel";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const HELD = {
  dag_id: "shop",
  dag_run_id: "",
  task_id: "load",
  reason: "late file",
  actor: "ops",
  held_at: "2026-11-21T10:00:00Z",
};

/** The panel of a task of which older runs alone know, so that nothing else is asked for. */
async function panelFor(role: Role, holds: (typeof HELD)[], isRemoved = false) {
  const client = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
  client.setQueryData(keys.dag("shop", "holds"), holds);
  const place = document.createElement("div");
  const root = createRoot(document.body.appendChild(place));
  await act(async () =>
    root.render(
      <MantineProvider>
        <QueryClientProvider client={client}>
          <SessionProvider value={{ user: { role } } as Session}>
            <MemoryRouter>
              <TaskPanel dagId="shop" taskId="load" subtitle="in 3 runs" isRemoved={isRemoved} onClose={() => {}} />
            </MemoryRouter>
          </SessionProvider>
        </QueryClientProvider>
      </MantineProvider>,
    ),
  );
  const buttons = [...place.querySelectorAll("button")].map((one) => `${one.textContent}${one.disabled ? " -" : ""}`);
  const text = place.textContent ?? "";
  await act(async () => root.unmount());
  return { buttons, text };
}

test("operators hold a task in all runs, and release it", async () => {
  expect((await panelFor("operator", [])).buttons).toContain("Hold in all runs");
  const { buttons, text } = await panelFor("operator", [HELD]);
  expect(buttons).toContain("Release in all runs");
  expect(text).toMatch(/Held by ops since .*: “late file”. .*“Release in all runs”, or headway tasks release/);
});

test("viewers see that it is held and by whom, and cannot change it", async () => {
  const { buttons, text } = await panelFor("viewer", [HELD]);
  expect(buttons).toContain("Release in all runs -");
  expect(text).toContain("held");
  expect(text).toContain("ops");
});

test("a hold of one run, or of another task, is none of all runs; what is gone cannot be held", async () => {
  const others = [
    { ...HELD, dag_run_id: "first" },
    { ...HELD, task_id: "report" },
  ];
  expect((await panelFor("operator", others)).buttons).toContain("Hold in all runs");
  expect((await panelFor("operator", [], true)).buttons.join()).not.toContain("Hold");
});
