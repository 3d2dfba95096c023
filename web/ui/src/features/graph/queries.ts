import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import type { DagRun } from "@/api/runTypes";
import type { components } from "@/api/schema";
import type { Structure } from "./model";
import type { States } from "./states";

export type DagVersion = components["schemas"]["DagVersion"];

/** A DAG's structure: of its newest version, or of the one asked for. */
export function useStructure(
  dagId: string,
  version: number | null,
  enabled: boolean,
): UseQueryResult<Structure & { version: number }> {
  return useQuery({
    queryKey: keys.dag(dagId, "structure", version),
    queryFn: ({ signal }) =>
      api.get<Structure & { version: number }>(path`/dags/${dagId}/structure`, { query: { version }, signal }),
    enabled,
    placeholderData: keepPreviousData,
  });
}

/** The states of a run's tasks, and which version the run used. Fetched anew with each live notice of the run. */
export function useRunStates(dagId: string, runId: string | null): UseQueryResult<{ version: number; states: States }> {
  return useQuery({
    queryKey: keys.run(dagId, runId ?? "", "graph"),
    queryFn: ({ signal }) =>
      api.get<{ version: number; states: States }>(path`/dags/${dagId}/dagRuns/${runId ?? ""}/graph`, {
        query: { structure: false },
        signal,
      }),
    enabled: runId !== null,
  });
}

/** The newest runs of a DAG, to choose from. */
export function useNewestRuns(dagId: string): UseQueryResult<DagRun[]> {
  return useQuery({
    queryKey: keys.runs(dagId, "newest"),
    queryFn: async ({ signal }) =>
      (
        await api.get<{ dag_runs: DagRun[] }>(path`/dags/${dagId}/dagRuns`, {
          query: { limit: 30, order_by: "-run_after" },
          signal,
        })
      ).dag_runs,
  });
}

/** All versions of a DAG, the newest first. */
export function useVersions(dagId: string): UseQueryResult<DagVersion[]> {
  return useQuery({
    queryKey: keys.dag(dagId, "versions"),
    queryFn: async ({ signal }) =>
      (await api.get<{ versions: DagVersion[] }>(path`/dags/${dagId}/versions`, { query: { limit: 1000 }, signal }))
        .versions,
  });
}
