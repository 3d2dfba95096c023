/** Structures made by chance, for tests and for trying the Graph at size. */

import type { GroupNode, Structure, TaskNode } from "./model";

/** A repeatable stream of numbers in [0, 1): Park and Miller's minimal standard generator. */
export function chance(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** A DAG of `tasks` tasks in `groups` nested groups; each task follows up to three of the `reach` before it. */
export function generated(tasks: number, groups: number, seed: number, reach = 30): Structure {
  const random = chance(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const made: GroupNode[] = Array.from({ length: groups }, (_, index) => ({
    group_id: `group_${index}`,
    label: `group_${index}`,
    parent: index && random() < 0.4 ? `group_${below(index)}` : "",
    tooltip: "",
    mapped: false,
  }));
  const task = (index: number): TaskNode => ({
    task_id: `task_${index}`,
    label: `task_${index}`,
    group: groups && random() < 0.8 ? `group_${Math.floor((index / tasks) * groups)}` : "",
    upstream: index && random() < 0.95 ? upstream(index) : [],
    operator: "EmptyOperator",
    queue: "default",
    trigger_rule: "all_success",
    is_setup: false,
    is_teardown: false,
    mapped: false,
  });
  const upstream = (index: number) => [
    ...new Set(Array.from({ length: 1 + below(3) }, () => `task_${Math.max(0, index - 1 - below(reach))}`)),
  ];
  const all = Array.from({ length: tasks }, (_, index) => task(index));
  const labelled = all.filter((each) => each.upstream.length && random() < 0.05);
  return {
    tasks: all,
    groups: made,
    edge_labels: labelled.map((each) => ({ from: each.upstream[0] ?? "", to: each.task_id, label: "when it is so" })),
  };
}
