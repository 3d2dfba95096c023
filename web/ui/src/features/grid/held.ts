/** What of the Grid is marked as held. */

import type { Hold } from "@/api/runTypes";
import { type Holds, NO_HOLDS, shownHold } from "../holds/holds";
import { summaryOf } from "./cells";
import type { Row, Tree } from "./rows";
import type { GridRun } from "./runs";

/** What holds row `index` of the tree in a run; of a group, what holds the first of its tasks that is held. */
export function heldCell(tree: Tree, index: number, run: GridRun, holds: Holds): Hold | null {
  if (holds === NO_HOLDS) return null;
  const row = tree.rows[index];
  if (row?.kind === "group") return firstOf(tree.leaves.get(row.id), (leaf) => heldCell(tree, leaf, run, holds));
  const summary = summaryOf(run.cells[index]);
  return row && summary ? shownHold(holds, run.dag_run_id, row.id, Object.keys(summary.counts)) : null;
}

/** What holds a row's task in every run; of a group, the first of its tasks that is held so. */
export function heldRow(tree: Tree, row: Row, holds: Holds): Hold | null {
  if (holds.tasks.size === 0) return null;
  if (row.kind === "task") return holds.tasks.get(row.id) ?? null;
  return firstOf(tree.leaves.get(row.id), (leaf) => holds.tasks.get(tree.rows[leaf]?.id ?? "") ?? null);
}

function firstOf(leaves: readonly number[] | undefined, look: (leaf: number) => Hold | null): Hold | null {
  for (const leaf of leaves ?? []) {
    const found = look(leaf);
    if (found) return found;
  }
  return null;
}
