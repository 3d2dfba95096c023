import { ChevronDown, ChevronRight } from "lucide-react";
import { memo } from "react";
import type { Hold } from "@/api/runTypes";
import { useText } from "@/i18n";
import { HeldMark } from "../holds/HeldMark";
import classes from "./Grid.module.css";
import type { Row } from "./rows";

interface RowHeadProps {
  row: Row;
  hold: Hold | null;
  id: string;
  isFolded: boolean;
  isSelected: boolean;
  isActive: boolean;
  size: number;
}

/** The name of a row: a task, or a group with the caret that folds it. */
export const RowHead = memo(function RowHead({ row, hold, id, isFolded, isSelected, isActive, size }: RowHeadProps) {
  const t = useText();
  const isGroup = row.kind === "group";
  const Caret = isFolded ? ChevronRight : ChevronDown;
  return (
    <div
      role="rowheader"
      id={id}
      aria-selected={isSelected}
      data-active={isActive || undefined}
      {...(isGroup ? { "aria-expanded": !isFolded } : {})}
      className={classes.rowHead}
      style={{ paddingLeft: 8 + row.depth * 14 }}
      title={row.operator ? `${row.id} · ${row.operator}` : row.id}
      data-kind={row.kind}
      data-row={row.id}
    >
      {isGroup ? <Caret size={14} aria-hidden className={classes.caret} /> : <span className={classes.noCaret} />}
      <span className={classes.name}>{row.label}</span>
      <HeldMark hold={hold} size={13} className={classes.heldRow} />
      {isGroup && <span className={classes.count}>{size}</span>}
      {row.mapped && !isGroup && <span className={classes.count}>[ ]</span>}
      {row.is_setup && <span className={classes.tag}>{t("grid.setup")}</span>}
      {row.is_teardown && <span className={classes.tag}>{t("grid.teardown")}</span>}
    </div>
  );
});
