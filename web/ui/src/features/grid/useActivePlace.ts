import { type KeyboardEvent, type RefObject, useState } from "react";
import { activeCellId } from "./ActiveCell";
import { moved, type Place } from "./keys";
import type { Layout } from "./layout";
import { keyOf, type Tree } from "./rows";
import type { GridRun } from "./runs";
import { revealing } from "./scale";
import type { Selection } from "./selection";
import { HEAD_HEIGHT } from "./sizes";

interface Options {
  scroller: RefObject<HTMLElement | null>;
  layout: Layout;
  tree: Tree;
  visible: readonly number[];
  runs: readonly GridRun[];
  selection: Selection;
  folded: ReadonlySet<string>;
  activate: (place: Place) => void;
  onFold: (group: string) => void;
  /** Escape: nothing is selected any more. */
  onLeave: () => void;
}

/** Remembered by name, because rows fold and columns come. Null stands for the head. */
interface Named {
  row: string | null;
  run: string | null;
}

/** Where the keyboard is in the grid. The grid has the focus; `aria-activedescendant` names the place. */
export function useActivePlace(options: Options) {
  const { layout, tree, visible, runs, selection } = options;
  const [named, setNamed] = useState<Named | null>(null);
  const place = placeOf(named ?? namedSelection(tree, selection), tree, visible, runs);

  const set = (next: Place) => {
    const row = tree.rows[visible[next.row] ?? -1];
    setNamed({ row: row ? keyOf(row) : null, run: runs[next.column]?.dag_run_id ?? null });
  };
  const keyPressed = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey) return;
    if (acted(event, place, options)) return event.preventDefault();
    const size = { rows: layout.rows, columns: layout.columns, page: pageOf(options) };
    const next = moved(place, event.key, event.ctrlKey, size);
    if (next === null) return;
    event.preventDefault();
    set(next);
    reveal(next, options);
  };
  const descendant = (rowId: (index: number) => string, runId: (id: string) => string, base: string) => {
    const [index, run] = [visible[place.row], runs[place.column]];
    if (index !== undefined && run) return activeCellId(base);
    if (index !== undefined) return rowId(index);
    return run ? runId(run.dag_run_id) : undefined;
  };
  return { place, set, keyPressed, descendant };
}

function namedSelection(tree: Tree, { run, task, group }: Selection): Named {
  const kind = group ? "group" : "task";
  return { run, row: task !== null && tree.indexOf.has(`${kind}:${task}`) ? `${kind}:${task}` : null };
}

/** A name that is no longer there leads to the newest run's first row. */
function placeOf(named: Named, tree: Tree, visible: readonly number[], runs: readonly GridRun[]): Place {
  if (named.row === null && named.run === null) return { row: 0, column: runs.length - 1 };
  const index = named.row === null ? -1 : (tree.indexOf.get(named.row) ?? -1);
  const row = named.row === null ? -1 : Math.max(0, visible.indexOf(index));
  const column = named.run === null ? -1 : runs.findIndex((run) => run.dag_run_id === named.run);
  return { row, column: named.run !== null && column < 0 ? runs.length - 1 : column };
}

/** Enter and Space select, Escape takes it back, + and - fold a group. True when the key was one of them. */
function acted(
  event: KeyboardEvent,
  place: Place,
  { tree, visible, folded, activate, onFold, onLeave, selection }: Options,
): boolean {
  if (event.key === "Enter" || event.key === " ") {
    activate(place);
    return true;
  }
  if (event.key === "Escape" && (selection.run !== null || selection.task !== null)) {
    onLeave();
    return true;
  }
  const row = tree.rows[visible[place.row] ?? -1];
  if (row?.kind !== "group") return false;
  const isFolded = folded.has(row.id);
  const isWanted = (event.key === "-" && !isFolded) || ((event.key === "+" || event.key === "=") && isFolded);
  if (isWanted) onFold(row.id);
  return isWanted;
}

function pageOf({ scroller, layout }: Options): number {
  return Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - HEAD_HEIGHT) / layout.sizes.row) - 1);
}

function reveal({ row, column }: Place, { scroller, layout }: Options): void {
  const element = scroller.current;
  if (!element) return;
  const { sizes, names } = layout;
  if (row >= 0) element.scrollTop = revealing(element.scrollTop, element.clientHeight - HEAD_HEIGHT, sizes.row, row);
  if (column >= 0) {
    element.scrollLeft = revealing(element.scrollLeft, element.clientWidth - names, sizes.column, column);
  }
}
