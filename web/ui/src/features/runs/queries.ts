/** What is asked of the API about runs and task instances. Live notices refetch all of it through the keys. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import type { DagRunDetails, InstanceRef, RunGrid, TaskInstance, TaskInstancePage, Try } from "@/api/runTypes";

/** One run, with why it waits. */
export function useRun(dagId: string, runId: string) {
  return useQuery({
    queryKey: keys.run(dagId, runId, "run"),
    queryFn: ({ signal }) => api.get<DagRunDetails>(path`/dags/${dagId}/dagRuns/${runId}`, { signal }),
  });
}

/** The address of a task instance in the API. */
export function instancePath({ dagId, runId, taskId, mapIndex }: InstanceRef): string {
  const whole = path`/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}`;
  return mapIndex >= 0 ? `${whole}/${mapIndex}` : whole;
}

/** One task instance, with why it waits or failed. */
export function useInstance(ref: InstanceRef, enabled = true) {
  return useQuery({
    queryKey: keys.run(ref.dagId, ref.runId, "instance", ref.taskId, ref.mapIndex),
    queryFn: ({ signal }) => api.get<TaskInstance>(instancePath(ref), { signal }),
    enabled,
  });
}

/** Every dispatch of a task instance that a worker claimed, the first one first. */
export function useTries(ref: InstanceRef) {
  return useQuery({
    queryKey: keys.run(ref.dagId, ref.runId, "tries", ref.taskId, ref.mapIndex),
    queryFn: async ({ signal }) => {
      const { dagId, runId, taskId, mapIndex } = ref;
      const address = path`/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}/${mapIndex}/tries`;
      return (await api.get<{ tries: Try[] }>(address, { signal })).tries;
    },
  });
}

/** The task instances of a run, or (with `taskId`) the instances of a mapped task; a page at a time. */
export function useInstances(dagId: string, runId: string, taskId: string | null, state: string) {
  return useInfiniteQuery({
    queryKey: keys.run(dagId, runId, "instances", taskId, state),
    queryFn: ({ pageParam, signal }) => {
      const all = path`/dags/${dagId}/dagRuns/${runId}/taskInstances`;
      const address = taskId === null ? all : `${all}${path`/${taskId}/listMapped`}`;
      return api.get<TaskInstancePage>(address, { query: { state, limit: 200, cursor: pageParam }, signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** The Grid's rows for a run: groups and tasks in display order. */
export function useRowsOfRun(dagId: string, runId: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.dag(dagId, "rows", runId),
    queryFn: async ({ signal }) =>
      (await api.get<RunGrid>(path`/dags/${dagId}/grid`, { query: { limit: 1, run_ids: [runId] }, signal })).rows,
    enabled,
  });
}
