import { useQuery } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import type { DagDetails } from "@/api/dagTypes";
import { keys } from "@/api/keys";

/** A DAG in full, as it is now; shared by its frame, its details and the trigger form. */
export function useDag(dagId: string) {
  return useQuery({
    queryKey: keys.dag(dagId, "details"),
    queryFn: ({ signal }) => api.get<DagDetails>(path`/dags/${dagId}`, { signal }),
  });
}
