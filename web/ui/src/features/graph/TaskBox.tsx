import { VisuallyHidden } from "@mantine/core";
import type { NodeProps } from "@xyflow/react";
import { ArrowDownToLine, ArrowUpFromLine } from "lucide-react";
import { type CSSProperties, memo } from "react";
import { HeldMark } from "@/features/holds/HeldMark";
import { type MessageKey, useText } from "@/i18n";
import { StateIcon } from "@/states/StateIcon";
import { stateColor } from "@/states/states";
import classes from "./Box.module.css";
import type { TaskBoxNode } from "./boxes";
import { useCanvasActions } from "./CanvasActions";
import { ShareBar } from "./ShareBar";
import { progress } from "./states";

/** A task of the graph: its state, operator and queue; trigger rule and marks where they are not the usual. */
export const TaskBox = memo(function TaskBox({ data }: NodeProps<TaskBoxNode>) {
  const { task, summary, emphasis, isIdle } = data;
  const { choose } = useCanvasActions();
  const t = useText();
  const state = summary?.dominant ?? null;
  const done = task.mapped && summary ? progress(summary) : null;
  const isUsualRule = task.trigger_rule === "all_success";
  return (
    <button
      type="button"
      className={classes.task}
      style={
        state ? ({ "--state": stateColor.fill(state), "--ink": stateColor.ink(state) } as CSSProperties) : undefined
      }
      data-box={task.task_id}
      data-state={state ?? undefined}
      data-solid
      data-emphasis={emphasis}
      data-idle={isIdle || undefined}
      data-mapped={task.mapped || undefined}
      tabIndex={data.isEntry ? 0 : -1}
      title={task.task_id}
      onClick={() => choose(task.task_id)}
    >
      {!isUsualRule && (
        <span className={classes.rule} title={t("graph.rule", { rule: task.trigger_rule })}>
          {task.trigger_rule}
        </span>
      )}
      <span className={classes.line}>
        {state && <StateIcon state={state} size={15} />}
        {state && <VisuallyHidden>{t(`state.${state}` as MessageKey)}</VisuallyHidden>}
        <span className={classes.name}>{task.label}</span>
        <HeldMark hold={data.hold} size={15} className={classes.held} />
        {task.is_setup && <ArrowUpFromLine size={13} role="img" aria-label={t("graph.setup")} />}
        {task.is_teardown && <ArrowDownToLine size={13} role="img" aria-label={t("graph.teardown")} />}
        {task.mapped && (
          <span className={classes.count}>{done ? t("graph.mapped.count", done) : t("graph.mapped")}</span>
        )}
      </span>
      <span className={classes.line}>
        <span className={classes.operator}>{task.operator}</span>
        <span className={classes.queue} title={t("graph.queue", { queue: task.queue })}>
          {task.queue}
        </span>
      </span>
      {task.mapped && summary && summary.total > 1 && <ShareBar summary={summary} />}
    </button>
  );
});
