// @vitest-environment happy-dom
import { act, useRef } from "react";
import { createRoot } from "react-dom/client";
import { createMemoryRouter, Outlet, RouterProvider } from "react-router";
import { afterEach, expect, test } from "vitest";
import { useFocusOnPage } from "./useFocusOnPage";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

function Frame() {
  const main = useRef<HTMLElement>(null);
  useFocusOnPage(main);
  return (
    <>
      <button type="button">menu</button>
      <input />
      <main ref={main} tabIndex={-1}>
        <button type="button">tab</button>
        <Outlet />
      </main>
    </>
  );
}

const router = () =>
  createMemoryRouter(
    [
      {
        element: <Frame />,
        children: [
          { path: "/", element: <button type="button" id="leaving" /> },
          { path: "/headed", element: <h1>Headed</h1> },
          { path: "/bare", element: <p>bare</p> },
        ],
      },
    ],
    { initialEntries: ["/"] },
  );

let root: ReturnType<typeof createRoot>;

/** Shows the first page with the focus on what `selector` finds, then goes to `to`; the name of what has the focus. */
async function focusAfter(selector: string, to: string): Promise<string | undefined> {
  const pages = router();
  root = createRoot(document.body.appendChild(document.createElement("div")));
  await act(async () => root.render(<RouterProvider router={pages} />));
  document.querySelector<HTMLElement>(selector)?.focus();
  await act(async () => pages.navigate(to));
  return document.activeElement?.tagName;
}

afterEach(() => act(async () => root.unmount()));

test("the focus goes to the heading of the new page, and to the page where it has none", async () => {
  expect(await focusAfter("#leaving", "/headed")).toBe("H1");
  await act(async () => root.unmount());
  expect(await focusAfter("body > div > button", "/bare")).toBe("MAIN");
});

test("it stays in a field outside of the page, where somebody has begun to type", async () => {
  expect(await focusAfter("input", "/headed")).toBe("INPUT");
});

test("it stays where the page stays, and where only the query changes", async () => {
  expect(await focusAfter("main button", "/headed")).toBe("BUTTON");
  await act(async () => root.unmount());
  expect(await focusAfter("#leaving", "/?state=failed")).toBe("BUTTON");
});
