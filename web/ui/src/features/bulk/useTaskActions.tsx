import { CircleCheck, CircleX, Eraser } from "lucide-react";
import type { TaskInstance } from "@/api/runTypes";
import { type Translate, useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { type Change, clear, mark, NO_REACH } from "../actions/changes";
import { refOf } from "../runs/names";
import type { BulkAction } from "./BulkBar";

/** What can be done to many task instances. */
export function useTaskActions(): BulkAction<TaskInstance>[] {
  const t = useText();
  const stateName = useStateName();
  const marking = (state: "success" | "failed"): BulkAction<TaskInstance> => ({
    id: state,
    label: t(state === "success" ? "bulk.success" : "bulk.fail"),
    icon: state === "success" ? <CircleCheck size={14} /> : <CircleX size={14} />,
    role: "operator",
    title: (count) => t("bulk.markTasks", { count, state: stateName(state) }),
    words: t("bulk.markTasks.words"),
    act: async (row) => somethingOf(await mark(refOf(row), state, NO_REACH, false), t),
  });
  const clearing: BulkAction<TaskInstance> = {
    id: "clear",
    label: t("clear.action"),
    icon: <Eraser size={14} />,
    role: "operator",
    title: (count) => t("bulk.clearTasks", { count }),
    words: t("bulk.clearTasks.words"),
    act: async (row) => somethingOf(await clear(targetOf(row), OPTIONS, false), t),
  };
  return [clearing, marking("success"), marking("failed")];
}

const OPTIONS = { ...NO_REACH, only_failed: false, version: "original" } as const;

function targetOf({ dag_id: dagId, dag_run_id: runId, task_id: task, map_index: index }: TaskInstance) {
  return { dagId, runId, tasks: [index >= 0 ? ([task, index] as [string, number]) : task] };
}

/** Refuses a change that changed nothing: whoever asked for it must not take it for done. */
export function somethingOf(change: Change, t: Translate): Change {
  if (change.task_instances.length === 0) throw new Error(t("bulk.nothing"));
  return change;
}
