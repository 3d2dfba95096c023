import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Held, InstanceRef, TaskInstance } from "@/api/runTypes";
import { type Holds, holdsOf, NO_HOLDS } from "./holds";

/** What is held of a DAG; nothing as long as it is not known. Each hold and release has it asked for again. */
export function useHolds(dagId: string): Holds {
  const { data } = useQuery({
    queryKey: keys.dag(dagId, "holds"),
    queryFn: async ({ signal }) =>
      (await api.get<{ holds: Held[] }>("/holds", { query: { dag_id: dagId }, signal })).holds,
  });
  return useMemo(() => (data ? holdsOf(data) : NO_HOLDS), [data]);
}

/** What holds a task by itself, in a run or in all of them: for a mapped task, of which no single instance tells. */
export function useTaskHold({ dagId, runId, taskId }: InstanceRef): TaskInstance["hold"] {
  const holds = useHolds(dagId);
  const held = holds.inRuns.get(runId)?.get(taskId) ?? holds.tasks.get(taskId);
  return held ? { ...held, every_run: held.dag_run_id === "" } : null;
}
