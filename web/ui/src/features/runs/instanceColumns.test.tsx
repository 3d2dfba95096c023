import { MantineProvider } from "@mantine/core";
import { renderToStaticMarkup } from "react-dom/server";
import { MemoryRouter } from "react-router";
import { expect, test } from "vitest";
import type { TaskInstance } from "@/api/runTypes";
import { DataTable } from "@/components/DataTable";
import { type InstanceColumn, useInstanceColumns } from "./instanceColumns";

const ROW = {
  dag_id: "shop",
  dag_run_id: "first",
  task_id: "price",
  map_index: 2,
  rendered_map_index: "tea",
  state: "failed",
  why: "the task is held by ops: headway tasks release shop price",
  hold: null,
  try_number: 1,
  max_tries: 2,
  queue: "default",
  duration: 3,
} as TaskInstance;

function Table({ chosen, row }: { chosen: readonly InstanceColumn[]; row: TaskInstance }) {
  const columns = useInstanceColumns(chosen);
  return <DataTable rows={[row]} columns={columns} rowKey={() => "row"} label="Task instances" />;
}

const tableOf = (...chosen: InstanceColumn[]) =>
  renderToStaticMarkup(
    <MantineProvider>
      <MemoryRouter>
        <Table chosen={chosen} row={ROW} />
      </MemoryRouter>
    </MantineProvider>,
  );
const headsOf = (markup: string) =>
  [...markup.matchAll(/role="columnheader"[^>]*>([^<]*)</g)].map(([, words]) => words);

test("a list has the columns that it chose, in its order", () => {
  expect(headsOf(tableOf({ id: "state" }, { id: "task" }, { id: "queue" }))).toEqual(["State", "Task", "Queue"]);
  expect(tableOf({ id: "task" })).toContain("price [tea]");
  expect(tableOf({ id: "index" })).toContain("2 · tea");
});

test("a list may give a column another place than the usual one", () => {
  expect(tableOf({ id: "duration" })).not.toContain("data-wide");
  expect(tableOf({ id: "duration", wideOnly: true, width: "3rem" })).toMatch(/--tracks:3rem.*data-wide="true"/);
});

test("a failed task leads to its log; what it waits for names the button first", () => {
  expect(tableOf({ id: "task" })).toContain('href="/dags/shop/runs/first/tasks/price/2?tab=logs"');
  const why = tableOf({ id: "why" });
  expect(why).toContain("the task is held by ops. Release it with the button “Release”, or ");
  expect(why).toMatch(/<code[^>]*>headway tasks release shop price<\/code>/);
});
