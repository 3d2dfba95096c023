import { CircleCheck, CircleX, Eraser, Trash2 } from "lucide-react";
import type { DagRun } from "@/api/dagTypes";
import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { clear, deleteRun, markRun, NO_REACH } from "../actions/changes";
import type { BulkAction } from "./BulkBar";
import { somethingOf } from "./useTaskActions";

/** What can be done to many runs. */
export function useRunActions(): BulkAction<DagRun>[] {
  const t = useText();
  const stateName = useStateName();
  const marking = (state: "success" | "failed"): BulkAction<DagRun> => ({
    id: state,
    label: t(state === "success" ? "bulk.success" : "bulk.fail"),
    icon: state === "success" ? <CircleCheck size={14} /> : <CircleX size={14} />,
    role: "operator",
    title: (count) => t("bulk.markRuns", { count, state: stateName(state) }),
    words: t(state === "success" ? "bulk.markRuns.success" : "bulk.markRuns.failed"),
    act: (run) => markRun(run.dag_id, run.dag_run_id, state),
  });
  const clearing: BulkAction<DagRun> = {
    id: "clear",
    label: t("clear.action"),
    icon: <Eraser size={14} />,
    role: "operator",
    title: (count) => t("bulk.clearRuns", { count }),
    words: t("bulk.clearRuns.words"),
    option: t("clear.onlyFailed"),
    act: async ({ dag_id: dagId, dag_run_id: runId }, only_failed) =>
      somethingOf(await clear({ dagId, runId, tasks: null }, { ...OPTIONS, only_failed }, false), t),
  };
  const deleting: BulkAction<DagRun> = {
    id: "delete",
    label: t("action.delete"),
    icon: <Trash2 size={14} />,
    role: "admin",
    danger: true,
    title: (count) => t("bulk.deleteRuns", { count }),
    words: t("bulk.deleteRuns.words"),
    act: (run) => deleteRun(run.dag_id, run.dag_run_id),
  };
  return [clearing, marking("success"), marking("failed"), deleting];
}

const OPTIONS = { ...NO_REACH, version: "original" } as const;
