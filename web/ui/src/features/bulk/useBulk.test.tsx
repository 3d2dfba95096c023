// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, useState } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, test } from "vitest";
import { SessionProvider } from "@/api/session";
import type { Role, Session } from "@/api/types";
import { type Column, DataTable } from "@/components/DataTable";
import type { BulkAction } from "./BulkBar";
import { useBulk } from "./useBulk";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

interface Row {
  dag_id: string;
  id: string;
}

const COLUMNS: Column<Row>[] = [{ id: "id", header: "Id", cell: ({ id }) => id }];
const keyOf = ({ id }: Row) => id;
const rowsOf = (...ids: string[]) => ids.map((id) => ({ dag_id: "shop", id }));

interface ListProps {
  actions: BulkAction<Row>[];
  expose: (set: (rows: Row[]) => void) => void;
}

function List({ actions, expose }: ListProps) {
  const [rows, setRows] = useState(rowsOf("a", "b", "c"));
  expose(setRows);
  const bulk = useBulk({ rows, columns: COLUMNS, keyOf, nameOf: keyOf, actions });
  return (
    <>
      <DataTable rows={rows} columns={bulk.columns} rowKey={keyOf} label="Rows" />
      {bulk.bar}
    </>
  );
}

let end: () => Promise<void> = async () => undefined;
afterEach(() => end());

/** A list of a, b and c, whose action is refused for c, and what was done to which rows. */
async function listFor(role: Role, actionRole: Role = "operator") {
  const done: [string, boolean][] = [];
  const action: BulkAction<Row> = {
    id: "mend",
    label: "Mend",
    icon: null,
    role: actionRole,
    title: (count) => `Mend ${count} rows`,
    words: "They are mended.",
    option: "Only what is broken",
    act: async ({ id }, isOptionSet) => {
      if (id === "c") throw new Error("c cannot be mended");
      done.push([id, isOptionSet]);
    },
  };
  let setRows: (rows: Row[]) => void = () => undefined;
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  await act(async () =>
    root.render(
      <MantineProvider env="test">
        <QueryClientProvider client={new QueryClient()}>
          <SessionProvider value={{ user: { role } } as Session}>
            <List
              actions={[action]}
              expose={(set) => {
                setRows = set;
              }}
            />
          </SessionProvider>
        </QueryClientProvider>
      </MantineProvider>,
    ),
  );
  end = () => act(async () => root.unmount());
  return { done, show: (rows: Row[]) => act(async () => setRows(rows)) };
}

const boxes = () => [...document.querySelectorAll<HTMLInputElement>("[role=table] input")];
const check = (label: string) =>
  act(async () =>
    boxes()
      .find((box) => box.getAttribute("aria-label") === label)
      ?.click(),
  );
const press = (name: string) =>
  act(async () =>
    [...document.querySelectorAll("button")]
      .filter((one) => one.textContent === name)
      .at(-1)
      ?.click(),
  );
const bar = () => document.querySelector("section[aria-label='What is chosen']");
const dialog = () => document.querySelector("[role=dialog]");

test("rows are chosen one by one or all at once, and the bar says how many", async () => {
  await listFor("operator");
  expect(boxes().map((box) => box.getAttribute("aria-label"))).toEqual([
    "Choose all that are shown",
    "Choose a",
    "Choose b",
    "Choose c",
  ]);
  expect(bar()).toBeNull();
  await check("Choose b");
  expect(bar()?.textContent).toContain("1 chosen");
  expect([boxes()[0]?.checked, boxes()[0]?.indeterminate]).toEqual([false, true]);
  await check("Choose all that are shown");
  expect(boxes().map((box) => box.checked)).toEqual([true, true, true, true]);
  await press("Choose none");
  expect(bar()).toBeNull();
});

test("what was asked for is done to each; those that fail stay chosen, each with its reason", async () => {
  const { done } = await listFor("operator");
  await check("Choose all that are shown");
  await press("Mend");
  expect(dialog()?.textContent).toContain("Mend 3 rows");
  await act(async () => document.querySelector<HTMLInputElement>("[role=dialog] input")?.click());
  await press("Mend 3 rows");
  expect(done).toEqual([
    ["a", true],
    ["b", true],
  ]);
  expect(dialog()?.querySelector("[role=alert]")?.textContent).toBe("1 failedc: c cannot be mended");
  expect(dialog()?.textContent).toContain("Mend 1 rows");
  expect(boxes().map((box) => box.checked)).toEqual([false, false, false, true]);
});

test("when nothing failed the dialog closes", async () => {
  const { done } = await listFor("operator");
  await check("Choose a");
  await press("Mend");
  await press("Mend 1 rows");
  expect(done).toEqual([["a", false]]);
  expect([dialog(), bar()]).toEqual([null, null]);
});

test("a row that goes away is no longer chosen", async () => {
  const { show } = await listFor("operator");
  await check("Choose all that are shown");
  await show(rowsOf("b", "d"));
  expect(bar()?.textContent).toContain("1 chosen");
});

test("viewers choose nothing; what needs an admin is closed to operators", async () => {
  await listFor("viewer");
  expect(boxes()).toEqual([]);
  await end();
  await listFor("operator", "admin");
  await check("Choose a");
  expect([...(bar()?.querySelectorAll("button") ?? [])].map((one) => one.disabled)).toEqual([true, false]);
});
