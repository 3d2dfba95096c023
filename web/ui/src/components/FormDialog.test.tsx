// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import { FormDialog } from "./FormDialog";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

test("what is wrong with a form goes when the form is changed", async () => {
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  const save = async () => {
    throw new Error("This must be a JSON object.");
  };
  await act(async () =>
    root.render(
      <MantineProvider env="test">
        <FormDialog title="Connection" submit="Save" onSubmit={save} onClose={() => undefined}>
          {() => <input type="checkbox" />}
        </FormDialog>
      </MantineProvider>,
    ),
  );
  await act(async () => document.querySelector<HTMLButtonElement>("button[type=submit]")?.click());
  expect(document.querySelector("[role=alert]")?.textContent).toContain("This must be a JSON object.");
  await act(async () => document.querySelector<HTMLInputElement>("input")?.click());
  expect(document.querySelector("[role=alert]")).toBeNull();
  await act(async () => root.unmount());
});
