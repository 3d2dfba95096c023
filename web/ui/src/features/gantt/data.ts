/** What the Gantt chart is drawn from; live notices of the run have it fetched again. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import type { RunGantt } from "@/api/runTypes";

const MOST_EXPANDED = 10; // as the API has it

/** The attempts of a run; of the mapped tasks in `expanded` each instance. */
export function useGantt(dagId: string, runId: string, expanded: readonly string[]) {
  const expand = expanded.slice(-MOST_EXPANDED);
  return useQuery({
    queryKey: keys.run(dagId, runId, "gantt", expand),
    queryFn: ({ signal }) =>
      api.get<RunGantt>(path`/dags/${dagId}/dagRuns/${runId}/gantt`, { query: { expand }, signal }),
    placeholderData: keepPreviousData,
  });
}
