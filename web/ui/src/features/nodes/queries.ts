import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";

export type NodeState = "up" | "draining" | "gone" | "dead";

export interface ClusterNode {
  id: string;
  kind: string;
  name: string;
  hostname: string;
  pid: number;
  queues: string[];
  capacity: number;
  running: number;
  state: NodeState;
  version: string;
  started_at: string;
  seen_at: string;
  lease_until: string;
}

/** The nodes of the cluster; with `ended`, also those that ended in the last day. */
export function useNodes(ended: boolean) {
  return useQuery({
    queryKey: keys.nodes("all", ended),
    queryFn: async ({ signal }) =>
      (await api.get<{ nodes: ClusterNode[] }>("/nodes", { query: { ended }, signal })).nodes,
  });
}

/** Has a worker finish what it runs and take nothing new. */
export function useDrain(): (node: ClusterNode) => Promise<void> {
  const client = useQueryClient();
  return async (node) => {
    await api.post(path`/nodes/${node.id}/drain`);
    await client.invalidateQueries({ queryKey: keys.nodes() });
  };
}
