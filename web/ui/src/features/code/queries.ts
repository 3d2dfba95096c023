import { useQuery } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";

export interface Source {
  version: number;
  file: string;
  content: string;
  bundle: string | null;
}

export interface SourceDiff {
  from: number;
  to: number;
  file: string;
  unified: string;
  structure: StructureDiff;
}

/** What two versions differ in, apart from the words of the file. */
export interface StructureDiff {
  added: string[];
  removed: string[];
  changed: { task_id: string; fields: string[] }[];
  /** Fields of the DAG itself. */
  dag: string[];
}

/** The file that defines a DAG, as it was stored with a version. Versions never change: it is asked for once. */
export function useSource(dagId: string, version: number | null) {
  return useQuery({
    queryKey: keys.dag(dagId, "source", version),
    queryFn: ({ signal }) => api.get<Source>(path`/dags/${dagId}/source`, { query: { version }, signal }),
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
