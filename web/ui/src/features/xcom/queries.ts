import { useQuery } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import type { InstanceRef } from "@/api/runTypes";
import type { Json } from "./tree";

export interface XComEntry {
  key: string;
  timestamp: string;
  /** Bytes as stored. */
  size: number;
  length: number | null;
}

export interface XComValue extends XComEntry {
  value: Json;
  /** What it was in Python: dict, datetime, … */
  type: string;
  truncated: boolean;
}

const address = ({ dagId, runId, taskId, mapIndex }: InstanceRef): string =>
  path`/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}/${mapIndex}/xcomEntries`;

const key = ({ dagId, runId, taskId, mapIndex }: InstanceRef, ...rest: unknown[]) =>
  keys.run(dagId, runId, "xcom", taskId, mapIndex, ...rest);

/** What a task instance has left for others, without the values. */
export function useXComs(ref: InstanceRef) {
  return useQuery({
    queryKey: key(ref),
    queryFn: async ({ signal }) =>
      (await api.get<{ xcom_entries: XComEntry[] }>(address(ref), { signal })).xcom_entries,
  });
}

/** One value. */
export function useXCom(ref: InstanceRef, name: string) {
  return useQuery({
    queryKey: key(ref, name),
    queryFn: ({ signal }) => api.get<XComValue>(`${address(ref)}/${encodeURIComponent(name)}`, { signal }),
  });
}
