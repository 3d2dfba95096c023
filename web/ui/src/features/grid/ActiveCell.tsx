import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { SEVERITY } from "@/states/states";
import type { Holds } from "../holds/holds";
import classes from "./Grid.module.css";
import { heldCell } from "./held";
import type { Layout } from "./layout";
import { cellSummary } from "./paint";
import { useRunTypeName } from "./RunHeads";
import type { Tree } from "./rows";
import type { GridRun } from "./runs";

interface ActiveCellProps {
  base: string;
  column: number;
  tree: Tree;
  index: number;
  runs: readonly GridRun[];
  holds: Holds;
  layout: Layout;
}

export const activeCellId = (base: string) => `${base}active`;

/** The one cell that is an element: the active one, with a name that says what it is and how it stands. */
export function ActiveCell({ base, column, tree, index, runs, holds, layout }: ActiveCellProps) {
  const t = useText();
  const stateName = useStateName();
  const typeName = useRunTypeName();
  const run = runs[column];
  if (!run) return null;
  const summary = cellSummary(tree, index, run.cells);
  const states =
    summary === null
      ? [t("grid.notInRun")]
      : SEVERITY.filter((state) => summary.counts[state]).map((state) =>
          summary.total > 1 ? `${summary.counts[state]} ${stateName(state)}` : stateName(state),
        );
  if (heldCell(tree, index, run, holds)) states.push(t("hold.badge"));
  return (
    <div
      role="gridcell"
      id={activeCellId(base)}
      aria-colindex={column + 2}
      aria-label={t("grid.cellLabel", {
        task: tree.rows[index]?.label ?? "",
        run: run.dag_run_id,
        type: typeName(run.run_type),
        state: states.join(", "),
      })}
      className={classes.activeCell}
      style={{ left: layout.names + column * layout.sizes.column, width: layout.sizes.column }}
    />
  );
}
