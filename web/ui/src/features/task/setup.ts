import { useQuery } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import type { components } from "@/api/schema";

export type TaskDetails = components["schemas"]["TaskDetails"];

/** A task as the version of a run has it, or (without a run) the present one. */
export function useTask(dagId: string, taskId: string, runId: string | null) {
  return useQuery({
    queryKey: runId === null ? keys.dag(dagId, "task", taskId) : keys.run(dagId, runId, "task", taskId),
    queryFn: ({ signal }) =>
      api.get<TaskDetails>(path`/dags/${dagId}/tasks/${taskId}`, { query: { dag_run_id: runId }, signal }),
  });
}

/** The factor by which the delays between retries grow; null where they stay the same. */
export function growthOf(task: Pick<TaskDetails, "retry_exponential_backoff">): number | null {
  const given = task.retry_exponential_backoff;
  if (given === true) return 2;
  return typeof given === "number" && given > 1 ? given : null;
}
