// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { MemoryRouter, useLocation } from "react-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keys } from "../api/keys";
import { DagSearch } from "./DagSearch";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const Where = () => <output>{useLocation().pathname}</output>;
const hits = (...ids: string[]) => ({ dags: ids.map((dag_id) => ({ dag_id, label: "" })) });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function typed(text: string) {
  const field = document.querySelector("input") as HTMLInputElement;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const pressed = (key: string) =>
  document.querySelector("input")?.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, bubbles: true }));

/** The page that Enter leads to after `text`; `waits` lets the answer come first. */
async function pageAfter(text: string, waits: boolean): Promise<string | null | undefined> {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(keys.dags("search", "shop"), hits("shop", "shop_daily"));
  client.setQueryData(keys.dags("search", "nothing"), hits());
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  await act(async () =>
    root.render(
      <MantineProvider env="test">
        <QueryClientProvider client={client}>
          <MemoryRouter>
            <DagSearch />
            <Where />
          </MemoryRouter>
        </QueryClientProvider>
      </MantineProvider>,
    ),
  );
  await act(async () => document.querySelector("input")?.focus());
  await act(async () => typed(text));
  if (waits) await act(async () => vi.advanceTimersByTime(1_000));
  await act(async () => pressed("Enter"));
  await act(async () => vi.advanceTimersByTime(1_000));
  const page = document.querySelector("output")?.textContent;
  await act(async () => root.unmount());
  return page;
}

test("Enter opens the first hit, also when it is faster than the server", async () => {
  expect(await pageAfter("shop", true)).toBe("/dags/shop");
  expect(await pageAfter("shop", false)).toBe("/dags/shop");
  expect(await pageAfter("nothing", false)).toBe("/");
});
