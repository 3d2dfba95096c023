import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { SessionProvider } from "@/api/session";
import type { Session } from "@/api/types";
import { InstanceActions } from "./InstanceActions";

type Instance = Parameters<typeof InstanceActions>[0]["instance"];

const TARGET = { dagId: "shop", runId: "first", taskId: "load", mapIndex: -1 };
const HOLD = { actor: "ops", reason: "", held_at: "2026-11-21T10:00:00Z", every_run: false };

function buttonsFor(instance: Instance): string[] {
  const markup = renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <SessionProvider value={{ user: { role: "operator" } } as Session}>
          <InstanceActions target={TARGET} instance={instance} />
        </SessionProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return [...markup.matchAll(/mantine-Button-label[^>]*>([^<]*)</g)].map(([, words]) => words ?? "");
}

test("a task is released where it is held: in its run, or in all of them", () => {
  expect(buttonsFor({ state: "queued", hold: null })).toEqual(["Clear", "Mark as", "Hold"]);
  expect(buttonsFor({ state: "queued", hold: HOLD })).toEqual(["Clear", "Mark as", "Release"]);
  const everywhere = { ...HOLD, every_run: true };
  expect(buttonsFor({ state: "queued", hold: everywhere })).toEqual(["Clear", "Mark as", "Release in all runs"]);
});

test("a mapped task as a whole is held, and not killed", () => {
  expect(buttonsFor({ state: null, hold: null })).toEqual(["Clear", "Mark as", "Hold"]);
  expect(buttonsFor({ state: "running", hold: null })).toContain("Kill");
});
