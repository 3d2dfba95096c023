import { memo, type ReactNode } from "react";
import type { Hold } from "@/api/runTypes";
import classes from "./Grid.module.css";
import { RowHead } from "./RowHead";
import type { Row } from "./rows";
import { HEAD_HEIGHT, type Sizes } from "./sizes";

interface GridRowProps {
  row: Row;
  /** What holds its task in every run. */
  hold: Hold | null;
  id: string;
  /** Among the visible rows. */
  place: number;
  sizes: Sizes;
  names: number;
  width: number;
  isFolded: boolean;
  isSelected: boolean;
  /** The keyboard is on its name. */
  isActive: boolean;
  /** How many tasks a group has. */
  tasks: number;
  /** The active cell, when it is in this row. */
  children: ReactNode;
}

/** A row's elements: its name, and the active cell when it is here. */
export const GridRow = memo(function GridRow({ row, id, place, sizes, names, width, children, ...head }: GridRowProps) {
  return (
    <div
      role="row"
      aria-rowindex={place + 2}
      className={classes.row}
      style={{ top: HEAD_HEIGHT + place * sizes.row, height: sizes.row, width }}
      data-group={row.kind === "group" || undefined}
    >
      <div className={classes.names} style={{ width: names }} role="presentation">
        <RowHead
          row={row}
          hold={head.hold}
          id={id}
          isFolded={head.isFolded}
          isSelected={head.isSelected}
          isActive={head.isActive}
          size={head.tasks}
        />
      </div>
      {children}
    </div>
  );
});
