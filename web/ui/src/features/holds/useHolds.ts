import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Held } from "@/api/runTypes";
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
