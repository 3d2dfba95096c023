import { MantineProvider } from "@mantine/core";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { Held } from "@/api/runTypes";
import { holdsOf, NO_HOLDS } from "../holds/holds";
import { ActiveCell } from "./ActiveCell";
import { heldCell, heldRow } from "./held";
import { paintTile } from "./paint";
import { RowHead } from "./RowHead";
import { treeOf } from "./rows";
import type { GridRun } from "./runs";
import { SIZES } from "./sizes";

const held = (dag_run_id: string, task_id: string): Held => ({
  dag_id: "shop",
  dag_run_id,
  task_id,
  reason: "late file",
  actor: "ops",
  held_at: "2026-11-21T10:00:00Z",
});
const row = (id: string, kind: "task" | "group", parent = "") => ({ id, kind, label: id, parent, depth: 0 });
const TREE = treeOf([row("part", "group"), row("part.load", "task", "part"), row("report", "task")]);
const run = (dag_run_id: string, ...cells: GridRun["cells"]) =>
  ({ dag_run_id, run_type: "manual", cells: [null, ...cells] }) as GridRun;
const RUNS = [run("old", "success", "failed"), run("new", "queued", { counts: { success: 2, none: 1 } })];
const EVERY_RUN = held("", "part.load");
const CELL = held("old", "report");

/** Where a tile has the mark: row and column. */
function marks(holds: ReturnType<typeof holdsOf>): string[] {
  const found: string[] = [];
  const [held, other] = [{}, {}] as HTMLCanvasElement[];
  const { row: high, column: wide } = SIZES.normal;
  const drawImage = (image: unknown, x: number, y: number) => {
    if (image === held) found.push(`${Math.floor(y / high)}:${Math.floor(x / wide)}`);
  };
  const stamps = { state: () => other, counts: () => other, held: () => held } as never;
  const tile = { tree: TREE, rows: [0, 1, 2], runs: RUNS, sizes: SIZES.normal, holds };
  paintTile({ drawImage } as never, tile, stamps, 1);
  return found.sort();
}

test("a task that is held in all runs is marked where it waits, and on the group around it", () => {
  expect(marks(holdsOf([EVERY_RUN]))).toEqual(["0:1", "1:1"]);
});

test("a run that is held is marked in all that waits; a cell that is held by itself, always", () => {
  expect(marks(holdsOf([held("new", "")]))).toEqual(["0:1", "1:1", "2:1"]);
  expect(marks(holdsOf([CELL]))).toEqual(["2:0"]);
  expect(marks(NO_HOLDS)).toEqual([]);
});

test("the one who holds it is told of", () => {
  expect(heldCell(TREE, 1, RUNS[1] as GridRun, holdsOf([EVERY_RUN]))).toBe(EVERY_RUN);
  expect(TREE.rows.map((each) => heldRow(TREE, each, holdsOf([EVERY_RUN])))).toEqual([EVERY_RUN, EVERY_RUN, null]);
});

const shown = (element: React.ReactNode) => renderToStaticMarkup(<MantineProvider>{element}</MantineProvider>);

test("a held row says so in words", () => {
  const head = { id: "r1", isFolded: false, isSelected: false, isActive: false, size: 0 };
  const markup = shown(<RowHead row={row("part.load", "task")} hold={EVERY_RUN} {...head} />);
  expect(markup).toContain('aria-label="held"');
  expect(markup).toMatch(/title="Held by ops since [^"]*: “late file”"/);
  expect(shown(<RowHead row={row("part.load", "task")} hold={null} {...head} />)).not.toContain("held");
});

test("a held cell says so in words", () => {
  const cell = { base: "g", tree: TREE, runs: RUNS, layout: { sizes: SIZES.normal, names: 240, rows: 3, columns: 2 } };
  const markup = shown(<ActiveCell {...cell} index={2} column={0} holds={holdsOf([CELL])} />);
  expect(markup).toContain('aria-label="report in run old (manual): failed, held"');
  expect(shown(<ActiveCell {...cell} index={2} column={0} holds={NO_HOLDS} />)).not.toContain("held");
});
