/** Nodes by what they are. */

import type { ClusterNode } from "./queries";

export const KINDS = ["scheduler", "worker", "triggerer", "web"] as const;
export type Kind = (typeof KINDS)[number] | "other";

/** Without these nothing goes on. */
export const NEEDED = ["scheduler", "worker"] as const;

/** The kinds that there are, each with its nodes: those that live first, then by name. */
export function byKind(nodes: ClusterNode[]): [Kind, ClusterNode[]][] {
  const kindOf = (node: ClusterNode): Kind => KINDS.find((kind) => kind === node.kind) ?? "other";
  const kinds: Kind[] = [...KINDS, "other"];
  return kinds
    .map((kind): [Kind, ClusterNode[]] => [kind, nodes.filter((node) => kindOf(node) === kind).sort(byLife)])
    .filter(([, members]) => members.length);
}

export const isAlive = (node: ClusterNode): boolean => node.state === "up" || node.state === "draining";

function byLife(one: ClusterNode, other: ClusterNode): number {
  return (
    Number(isAlive(other)) - Number(isAlive(one)) ||
    one.name.localeCompare(other.name) ||
    other.started_at.localeCompare(one.started_at)
  );
}

/** The kinds that are needed and of which none lives. */
export function missing(nodes: ClusterNode[]): (typeof NEEDED)[number][] {
  return NEEDED.filter((kind) => !nodes.some((node) => node.kind === kind && isAlive(node)));
}

/** The queues that nobody would consume any more without `node`. */
export function leftAlone(node: ClusterNode, nodes: ClusterNode[]): string[] {
  const others = nodes.filter((each) => each.kind === "worker" && each.id !== node.id && each.state === "up");
  return node.queues.filter((queue) => !others.some((each) => each.queues.includes(queue)));
}

/** The workers that consume a queue; all nodes when none is named. */
export function consumersOf(queue: string, nodes: ClusterNode[]): ClusterNode[] {
  return queue ? nodes.filter((node) => node.queues.includes(queue)) : nodes;
}
