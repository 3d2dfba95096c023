import { ChevronDown, ChevronRight } from "lucide-react";
import { Link } from "react-router";
import { useText } from "@/i18n";
import { instanceAddress } from "../runs/addresses";
import classes from "./Gantt.module.css";
import type { GanttRow } from "./rows";

interface GanttLabelProps {
  dagId: string;
  runId: string;
  row: GanttRow;
  onTurn: (key: string) => void;
}

/** The name of a row: a link to the task, or the button that folds what belongs to it. */
export function GanttLabel({ dagId, runId, row, onTurn }: GanttLabelProps) {
  const t = useText();
  const style = { paddingLeft: 8 + row.depth * 14 };
  if (row.kind === "task") {
    const { task_id: taskId, map_index: mapIndex, critical } = row.bars.task;
    return (
      <span className={classes.label} style={style}>
        <span
          className={critical ? classes.pathMark : classes.noMark}
          title={critical ? t("gantt.onPath") : undefined}
        />
        <Link to={instanceAddress({ dagId, runId, taskId, mapIndex })} title={taskId}>
          {row.label}
        </Link>
      </span>
    );
  }
  const Caret = row.isFolded ? ChevronRight : ChevronDown;
  const count =
    row.kind === "group" ? row.size : row.parts.reduce((sum, { task }) => sum + Math.max(1, task.instances), 0);
  return (
    <button
      type="button"
      className={classes.fold}
      style={style}
      aria-expanded={!row.isFolded}
      title={t(row.kind === "group" ? "gantt.tasks" : "gantt.instances", { count })}
      onClick={() => onTurn(row.key)}
    >
      <Caret size={14} aria-hidden />
      <span className={classes.foldName}>{row.label}</span>
      <span className={classes.count}>{row.kind === "mapped" ? `[${count}]` : count}</span>
    </button>
  );
}
