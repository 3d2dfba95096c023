/** What people do to runs and task instances, as calls of the API. A dry run answers what would change. */

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import type { Held, InstanceRef } from "@/api/runTypes";
import { instancePath } from "../runs/queries";

/** Which neighbours are changed too. */
export interface Reach {
  include_upstream: boolean;
  include_downstream: boolean;
  include_past: boolean;
  include_future: boolean;
}

export const NO_REACH: Reach = {
  include_upstream: false,
  include_downstream: false,
  include_past: false,
  include_future: false,
};

export interface Touched {
  task_id: string;
  map_index: number;
  state: string;
  dag_run_id?: string;
}

/** What is or would be changed; `stopping` of them run now and are ended first. */
export interface Change {
  task_instances: Touched[];
  stopping?: number;
  notes?: string[];
}

export type CodeVersion = "original" | "latest";

export interface ClearOptions extends Reach {
  only_failed: boolean;
  version: CodeVersion;
}

/** What a change is about: a whole run, or tasks of it (an index of a mapped task, too). */
export interface Target {
  dagId: string;
  runId: string;
  /** Null: the whole run. */
  tasks: (string | [string, number])[] | null;
}

export function clear({ dagId, runId, tasks }: Target, options: ClearOptions, dryRun: boolean): Promise<Change> {
  const { only_failed, version } = options;
  if (tasks === null)
    return api.post(path`/dags/${dagId}/dagRuns/${runId}/clear`, { dry_run: dryRun, only_failed, version });
  const body = { dry_run: dryRun, dag_run_id: runId, task_ids: tasks, ...options };
  return api.post(path`/dags/${dagId}/clearTaskInstances`, body);
}

export type Mark = "success" | "failed" | "skipped";

export function mark(ref: InstanceRef, state: Mark, reach: Reach, dryRun: boolean): Promise<Change> {
  return api.patch(instancePath(ref), { new_state: state, dry_run: dryRun, ...reach });
}

export const markRun = (dagId: string, runId: string, state: "success" | "failed") =>
  api.patch<unknown>(path`/dags/${dagId}/dagRuns/${runId}`, { state });

export const deleteRun = (dagId: string, runId: string) => api.delete(path`/dags/${dagId}/dagRuns/${runId}`);

export const kill = (ref: InstanceRef) => api.post(`${instancePath(ref)}/kill`);

export const noteRun = (dagId: string, runId: string, note: string) =>
  api.patch<unknown>(path`/dags/${dagId}/dagRuns/${runId}`, { note });

export const noteInstance = (ref: InstanceRef, note: string) => api.patch<unknown>(instancePath(ref), { note });

export const holdDag = (dagId: string, reason: string | null) => held(path`/dags/${dagId}/hold`, reason);

/** A task of every run, of those to come, too. */
export const holdTask = (dagId: string, taskId: string, reason: string | null) =>
  held(path`/dags/${dagId}/tasks/${taskId}/hold`, reason);

export const holdRun = (dagId: string, runId: string, reason: string | null) =>
  held(path`/dags/${dagId}/dagRuns/${runId}/hold`, reason);

/** A hold is on the task in this run: all instances of a mapped one. */
export const holdInstance = (ref: InstanceRef, reason: string | null) =>
  held(`${instancePath({ ...ref, mapIndex: -1 })}/hold`, reason);

/** Releases what a hold is on, and nothing else. */
export function release({ dag_id: dagId, dag_run_id: runId, task_id: taskId }: Held): Promise<unknown> {
  if (runId === "") return taskId === "" ? holdDag(dagId, null) : holdTask(dagId, taskId, null);
  return taskId === "" ? holdRun(dagId, runId, null) : holdInstance({ dagId, runId, taskId, mapIndex: -1 }, null);
}

function held(address: string, reason: string | null): Promise<unknown> {
  return reason === null ? api.delete(address) : api.put(address, { reason });
}

/** Has everything that shows the run asked for again; its notice would do it, a moment later. */
export function useRefresh(dagId: string, runId: string): () => void {
  const client = useQueryClient();
  return useCallback(() => refreshRun(client, dagId, runId), [client, dagId, runId]);
}

function refreshRun(client: QueryClient, dagId: string, runId: string): void {
  void client.invalidateQueries({ queryKey: keys.run(dagId, runId) });
  void client.invalidateQueries({ queryKey: keys.runs(dagId) });
  void client.invalidateQueries({ queryKey: ["grid", dagId] });
  void client.invalidateQueries({ queryKey: keys.dag(dagId, "holds") });
}

/** Has everything that shows the DAG or any run of it asked for again. */
export function useRefreshDag(dagId: string): () => void {
  const client = useQueryClient();
  return useCallback(() => refreshDag(client, dagId), [client, dagId]);
}

export function refreshDag(client: QueryClient, dagId: string): void {
  for (const key of [keys.dag(dagId), keys.dags(), keys.runs(dagId), ["run", dagId], ["grid", dagId]])
    void client.invalidateQueries({ queryKey: key });
}
