import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import type { Backfill, BackfillDate, BackfillDatePage, BackfillPage, NewBackfill } from "@/api/operatingTypes";
import { useList } from "@/api/useList";

const backfillRows = ({ backfills }: BackfillPage) => backfills;
const dateRows = ({ dates }: BackfillDatePage) => dates;

/** Backfills, the newest first; of one DAG when it is named. */
export function useBackfills(dagId: string) {
  return useList<Backfill, BackfillPage>({
    queryKey: keys.operating("backfills", dagId),
    resource: "/backfills",
    query: { dag_id: dagId },
    rows: backfillRows,
  });
}

export function useBackfill(id: string) {
  return useQuery({
    queryKey: keys.operating("backfill", id),
    queryFn: ({ signal }) => api.get<Backfill>(path`/backfills/${id}`, { signal }),
  });
}

/** The dates of a backfill, in its order. */
export function useBackfillDates(id: number) {
  return useList<BackfillDate, BackfillDatePage>({
    queryKey: keys.operating("backfill", String(id), "dates"),
    resource: path`/backfills/${id}/dates`,
    query: { limit: 100 },
    rows: dateRows,
  });
}

export type Change = "pause" | "unpause" | "cancel";

/** Pauses, resumes or cancels a backfill. */
export function useChangeBackfill(): (id: number, change: Change) => Promise<void> {
  const refresh = useRefreshBackfills();
  return async (id, change) => {
    await api.put<Backfill>(`${path`/backfills/${id}`}/${change}`);
    await refresh();
  };
}

/** Makes a backfill. */
export function useCreateBackfill(): (asked: NewBackfill) => Promise<Backfill> {
  const refresh = useRefreshBackfills();
  return async (asked) => {
    const made = await api.post<Backfill>("/backfills", asked);
    void refresh();
    return made;
  };
}

function useRefreshBackfills() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.operating() });
}
