import { useQuery } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Source = Schemas["Source"];
export type SourceDiff = Schemas["SourceDiff"];
export type FileDiff = Schemas["FileDiff"];
export type StructureDiff = Schemas["StructureDiff"];

/**
 * A file of a version: the one that defines the DAG unless another is named. Versions never change: it is asked for
 * once.
 */
export function useSource(dagId: string, version: number | null, file: string | null = null) {
  return useQuery({
    queryKey: keys.dag(dagId, "source", version, file),
    queryFn: ({ signal }) => api.get<Source>(path`/dags/${dagId}/source`, { query: { version, file }, signal }),
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What changed between two versions. */
export function useSourceDiff(dagId: string, from: number, to: number) {
  return useQuery({
    queryKey: keys.dag(dagId, "diff", from, to),
    queryFn: ({ signal }) => api.get<SourceDiff>(path`/dags/${dagId}/source/diff`, { query: { from, to }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
