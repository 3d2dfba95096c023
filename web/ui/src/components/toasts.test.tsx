// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { MemoryRouter } from "react-router";
import { expect, test } from "vitest";
import { Toasts, toastDone } from "./toasts";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

test("a toast leads to what was made", async () => {
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  await act(async () =>
    root.render(
      <MantineProvider>
        <MemoryRouter>
          <Toasts />
        </MemoryRouter>
      </MantineProvider>,
    ),
  );
  await act(async () => {
    toastDone("Saved.");
    toastDone("Run first is created.", "/dags/shop/runs/first");
  });
  expect(document.body.textContent).toContain("Saved.");
  const links = [...document.querySelectorAll("section a")];
  expect(links.map((link) => [link.textContent, link.getAttribute("href")])).toEqual([
    ["Run first is created.", "/dags/shop/runs/first"],
  ]);
  await act(async () => root.unmount());
});
