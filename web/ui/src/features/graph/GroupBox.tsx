import { VisuallyHidden } from "@mantine/core";
import type { NodeProps } from "@xyflow/react";
import { ChevronDown, ChevronRight, Copy } from "lucide-react";
import { type CSSProperties, memo } from "react";
import { HeldMark } from "@/features/holds/HeldMark";
import { type MessageKey, useText } from "@/i18n";
import { StateIcon } from "@/states/StateIcon";
import { stateColor } from "@/states/states";
import classes from "./Box.module.css";
import type { GroupBoxData, GroupBoxNode } from "./boxes";
import { useCanvasActions } from "./CanvasActions";
import { groupKey } from "./model";
import { ShareBar } from "./ShareBar";

/** A task group: a frame around its tasks, or one box when it is folded. */
export const GroupBox = memo(function GroupBox({ data }: NodeProps<GroupBoxNode>) {
  const { choose } = useCanvasActions();
  const t = useText();
  const { group, summary, isFolded } = data;
  const key = groupKey(group.group_id);
  const state = summary?.dominant ?? null;
  const style = state
    ? ({ "--state": stateColor.fill(state), "--ink": stateColor.ink(state) } as CSSProperties)
    : undefined;
  const shape = isFolded ? classes.folded : classes.group;
  return (
    <div
      className={shape}
      style={style}
      data-emphasis={data.emphasis}
      data-idle={data.isIdle || undefined}
      data-state={state ?? undefined}
      data-solid={isFolded || undefined}
    >
      <div className={classes.title}>
        <FoldButton data={data} />
        <button
          type="button"
          className={classes.groupName}
          data-box={key}
          tabIndex={data.isEntry ? 0 : -1}
          title={group.tooltip || group.group_id}
          onClick={() => choose(key)}
        >
          {state && <StateIcon state={state} size={14} />}
          <VisuallyHidden>
            {[state && t(`state.${state}` as MessageKey), t("graph.group")].filter(Boolean).join(" ")}
          </VisuallyHidden>
          <span className={classes.name}>{group.label}</span>
          {isFolded && <HeldMark hold={data.hold} size={14} className={classes.held} />}
          {group.mapped && <Copy size={12} role="img" aria-label={t("graph.mapped")} />}
          <span className={classes.size}>{t("graph.group.size", { count: data.taskCount })}</span>
        </button>
      </div>
      {isFolded && summary && <ShareBar summary={summary} />}
    </div>
  );
});

function FoldButton({ data }: { data: GroupBoxData }) {
  const { fold } = useCanvasActions();
  const t = useText();
  const label = t(data.isFolded ? "graph.unfold" : "graph.fold", { label: data.group.label });
  const Icon = data.isFolded ? ChevronRight : ChevronDown;
  return (
    <button
      type="button"
      className={classes.chevron}
      tabIndex={-1}
      aria-expanded={!data.isFolded}
      aria-label={label}
      title={label}
      onClick={() => fold(groupKey(data.group.group_id))}
    >
      <Icon size={16} />
    </button>
  );
}
