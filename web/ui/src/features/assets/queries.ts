import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import type { Json } from "@/features/xcom/tree";

export interface Asset {
  id: number;
  name: string;
  uri: string;
  group: string;
  extra: Record<string, Json>;
  aliases: string[];
  producers: { dag_id: string; task_id: string }[];
  consumers: { dag_id: string }[];
  last_event: string | null;
  created_at: string;
}

export interface AssetEvent {
  id: number;
  asset_id: number;
  name: string;
  extra: Record<string, Json>;
  timestamp: string;
  source_dag_id: string | null;
  source_task_id: string | null;
  source_run_id: string | null;
  source_map_index: number;
  created_dagruns: { dag_id: string; dag_run_id: string }[];
}

export interface AssetGraph {
  nodes: { id: string; kind: "dag" | "asset" | "alias"; label: string; asset_id: number | null }[];
  edges: { source: string; target: string; kind: "produces" | "belongs" | "triggers"; task_ids: string[] }[];
}

export interface Waiting {
  dag_id: string;
  assets: {
    kind: "asset" | "alias";
    asset_id: number | null;
    name: string;
    uri: string;
    arrived: boolean;
    last_event: string | null;
  }[];
}

interface Page {
  next_cursor: string | null;
}

/** Assets by name, those that match `q`; a page at a time. */
export function useAssets(q: string) {
  return useInfiniteQuery({
    queryKey: keys.assets("list", q),
    queryFn: ({ pageParam, signal }) =>
      api.get<Page & { assets: Asset[]; total_entries: number | null }>("/assets", {
        query: { q, limit: 100, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** One asset. */
export function useAsset(assetId: string) {
  return useQuery({
    queryKey: keys.assets("one", assetId),
    queryFn: ({ signal }) => api.get<Asset>(path`/assets/${assetId}`, { signal }),
  });
}

/** The updates of an asset, the newest first; a page at a time. */
export function useAssetEvents(assetId: string) {
  return useInfiniteQuery({
    queryKey: keys.assets("events", assetId),
    queryFn: ({ pageParam, signal }) =>
      api.get<Page & { asset_events: AssetEvent[] }>(path`/assets/${assetId}/events`, {
        query: { limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** How DAGs hang together by what they make and wait for. */
export function useAssetGraph() {
  return useQuery({
    queryKey: keys.assets("graph"),
    queryFn: ({ signal }) => api.get<AssetGraph>("/assets/graph", { signal }),
  });
}

/** What a DAG waits for, and what of it has come since its last run. */
export function useWaiting(dagId: string) {
  return useQuery({
    queryKey: keys.assets("waiting", dagId),
    queryFn: ({ signal }) => api.get<Waiting>(path`/dags/${dagId}/assets/waiting`, { signal }),
  });
}

/** What people do with an asset; the pages about assets are fetched anew afterwards. */
export function useAssetActions(assetId: number) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: keys.assets() });
  return {
    createEvent: async (extra: Record<string, unknown>) => {
      await api.post(path`/assets/${assetId}/events`, { extra });
      await refresh();
    },
    materialize: async () => {
      const started = await api.post<{ dag_id: string; dag_run_id: string }>(path`/assets/${assetId}/materialize`);
      await refresh();
      return started;
    },
  };
}
