/** The Grid's rows: a tree of groups and tasks in display order, folded and filtered into what is seen. */

import type { GridRow } from "@/api/runTypes";

/** What the tree needs of a row; what else the API says of it is shown where it is known. */
export type Row = Pick<GridRow, "id" | "kind" | "label" | "parent" | "depth"> & Partial<GridRow>;

export interface Tree {
  rows: readonly Row[];
  /** Place of a row in `rows`, and of its cell in a run's `cells`. */
  indexOf: ReadonlyMap<string, number>;
  /** For each group: the places of all tasks inside it, however deep. */
  leaves: ReadonlyMap<string, readonly number[]>;
}

/** Takes rows in display order: every group stands before what is inside it. */
export function treeOf(rows: readonly Row[]): Tree {
  const indexOf = new Map(rows.map((row, index) => [keyOf(row), index]));
  const leaves = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    if (row.kind === "group") leaves.set(row.id, []);
    else for (const group of groupsAbove(rows, indexOf, row)) leaves.get(group)?.push(index);
  }
  return { rows, indexOf, leaves };
}

/** Tells a group from a task of the same id. */
export function keyOf(row: Pick<Row, "id" | "kind">): string {
  return `${row.kind}:${row.id}`;
}

/** The places of the rows that are seen: not inside a folded group, and matching `text` or holding what does. */
export function visibleRows(tree: Tree, folded: ReadonlySet<string>, text = ""): number[] {
  const wanted = text.trim().toLowerCase();
  if (wanted !== "") return matchingRows(tree, wanted);
  const hidden = new Set<string>();
  const seen: number[] = [];
  for (const [index, row] of tree.rows.entries()) {
    const isHidden = hidden.has(row.parent);
    if (row.kind === "group" && (isHidden || folded.has(row.id))) hidden.add(row.id);
    if (!isHidden) seen.push(index);
  }
  return seen;
}

/** Every group's id, for "fold all". */
export function groupIds(tree: Tree): string[] {
  return [...tree.leaves.keys()];
}

/** `folded` with `group` turned round; a new set. */
export function toggled(folded: ReadonlySet<string>, group: string): Set<string> {
  const next = new Set(folded);
  if (!next.delete(group)) next.add(group);
  return next;
}

function matchingRows(tree: Tree, wanted: string): number[] {
  const kept = new Set<number>();
  for (const [index, row] of tree.rows.entries()) {
    if (!row.id.toLowerCase().includes(wanted) && !row.label.toLowerCase().includes(wanted)) continue;
    kept.add(index);
    for (const group of groupsAbove(tree.rows, tree.indexOf, row))
      kept.add(tree.indexOf.get(`group:${group}`) ?? index);
    for (const leaf of (row.kind === "group" && tree.leaves.get(row.id)) || []) {
      kept.add(leaf);
      const inside = tree.rows[leaf];
      if (inside)
        for (const each of groupsAbove(tree.rows, tree.indexOf, inside))
          kept.add(tree.indexOf.get(`group:${each}`) ?? leaf);
    }
  }
  return [...kept].sort((a, b) => a - b);
}

function groupsAbove(rows: readonly Row[], indexOf: ReadonlyMap<string, number>, row: Row): string[] {
  const above: string[] = [];
  let parent: string = row.parent;
  while (parent && above.length < rows.length) {
    above.push(parent);
    parent = rows[indexOf.get(`group:${parent}`) ?? -1]?.parent ?? "";
  }
  return above;
}
