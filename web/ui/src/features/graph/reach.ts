/** Everything before and after a task: what it depends on and what depends on it. */

import type { Structure } from "./model";

export interface Reach {
  upstream: Set<string>;
  downstream: Set<string>;
}

/** All tasks that `ids` (a task, or the tasks of a group) wait for, and all that wait for them, however far. */
export function reach(structure: Structure, ids: Iterable<string>): Reach {
  const up = new Map(structure.tasks.map((task) => [task.task_id, task.upstream]));
  const down = new Map<string, string[]>();
  for (const task of structure.tasks)
    for (const upstream of task.upstream) down.set(upstream, [...(down.get(upstream) ?? []), task.task_id]);
  const start = [...ids];
  return { upstream: walk(start, up), downstream: walk(start, down) };
}

function walk(start: string[], next: Map<string, string[]>): Set<string> {
  const seen = new Set<string>();
  const open = start.flatMap((id) => next.get(id) ?? []);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(next.get(id) ?? []));
  }
  for (const id of start) seen.delete(id);
  return seen;
}
