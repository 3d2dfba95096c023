// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { MemoryRouter } from "react-router";
import { expect, test } from "vitest";
import { keys } from "@/api/keys";
import type { TaskInstance } from "@/api/runTypes";
import { SessionProvider } from "@/api/session";
import type { Role, Session } from "@/api/types";
import { InstanceList } from "./InstanceList";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const ROW = { dag_id: "shop", dag_run_id: "first", task_id: "load", map_index: -1, state: "success" } as TaskInstance;

/** The names of the boxes by which somebody chooses rows. */
async function boxesOf(role: Role, isSmall: boolean): Promise<(string | null)[]> {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  const page = { task_instances: [ROW], next_cursor: null };
  client.setQueryData(keys.run("shop", "first", "instances", null, ""), { pages: [page], pageParams: [null] });
  client.setQueryData(keys.dag("shop", "rows", "first"), []);
  const frame = document.body.appendChild(document.createElement("div"));
  const root = createRoot(frame);
  await act(async () =>
    root.render(
      <MantineProvider env="test">
        <QueryClientProvider client={client}>
          <SessionProvider value={{ user: { role } } as Session}>
            <MemoryRouter>
              <InstanceList dagId="shop" runId="first" taskId={null} isSmall={isSmall} />
            </MemoryRouter>
          </SessionProvider>
        </QueryClientProvider>
      </MantineProvider>,
    ),
  );
  expect(frame.textContent).toContain("load");
  const names = [...frame.querySelectorAll("input[type=checkbox]")].map((box) => box.getAttribute("aria-label"));
  await act(async () => root.unmount());
  return names;
}

test("operators choose tasks of a run, to change many at once", async () => {
  expect(await boxesOf("operator", false)).toEqual(["Choose all that are shown", "Choose load"]);
});

test("viewers choose none, and nobody does beside the Grid", async () => {
  expect(await boxesOf("viewer", false)).toEqual([]);
  expect(await boxesOf("operator", true)).toEqual([]);
});
