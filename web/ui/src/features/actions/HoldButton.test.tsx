// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import { SessionProvider } from "@/api/session";
import type { Session } from "@/api/types";
import { HoldButton } from "./HoldButton";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const buttonCalled = (name: string) =>
  [...document.querySelectorAll("button")].filter((one) => one.textContent === name).at(-1);

/** Draws the button of something that is not held, and notes what it is held with. */
async function drawn(asksForEveryRun: boolean) {
  const asked: [string, boolean][] = [];
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  await act(async () =>
    root.render(
      <MantineProvider env="test">
        <SessionProvider value={{ user: { role: "operator" } } as Session}>
          <HoldButton
            hold={null}
            onHold={async (...how) => asked.push(how)}
            onRelease={async () => undefined}
            onDone={() => undefined}
            asksForEveryRun={asksForEveryRun}
          />
        </SessionProvider>
      </MantineProvider>,
    ),
  );
  await act(async () => buttonCalled("Hold")?.click());
  return { asked, end: () => act(async () => root.unmount()) };
}

test("a task of a run is held there, or in every run", async () => {
  const { asked, end } = await drawn(true);
  await act(async () => document.querySelector<HTMLInputElement>("input[type=checkbox]")?.click());
  await act(async () => buttonCalled("Hold")?.click());
  expect(asked).toEqual([["", true]]);
  await end();
});

test("what is no task of a run is not asked about other runs", async () => {
  const { asked, end } = await drawn(false);
  expect(document.querySelector("input[type=checkbox]")).toBeNull();
  await act(async () => buttonCalled("Hold")?.click());
  expect(asked).toEqual([["", false]]);
  await end();
});
