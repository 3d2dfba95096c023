import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";

export interface Queue {
  queue: string;
  /** Ready, and waiting in the metastore. */
  backlog: number;
  /** Published and not begun. */
  outstanding: number;
  running: number;
  oldest_seconds: number | null;
  workers: number;
  slots: number;
  mean_duration: number | null;
  wanted_workers: number;
  /** Messages in the broker; null when it does not answer. */
  depth: number | null;
}

export interface QueuePoint {
  at: string;
  backlog: number;
  outstanding: number;
  running: number;
  oldest_seconds: number | null;
  workers: number;
  slots: number;
  wanted_workers: number;
}

/** Every queue that a DAG names, a worker consumes or a task waits in. */
export function useQueues() {
  return useQuery({
    queryKey: keys.queues("now"),
    queryFn: async ({ signal }) => (await api.get<{ queues: Queue[] }>("/queues", { signal })).queues,
  });
}

/** What a queue looked like over the last minutes. */
export function useQueueHistory(queue: string, minutes: number, enabled: boolean) {
  return useQuery({
    queryKey: keys.queues("history", queue, minutes),
    queryFn: async ({ signal }) =>
      (await api.get<{ points: QueuePoint[] }>(path`/queues/${queue}/history`, { query: { minutes }, signal })).points,
    placeholderData: keepPreviousData,
    enabled,
  });
}
