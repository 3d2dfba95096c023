/** The Gantt's rows: groups, tasks and mapped instances in the order in which they began. */

import type { GanttTask } from "@/api/runTypes";
import { barsOf, type Span, spanOf, type TaskBars } from "./geometry";

export type GanttRow =
  | { kind: "group"; key: string; label: string; depth: number; span: Span | null; isFolded: boolean; size: number }
  | {
      kind: "mapped";
      key: string;
      label: string;
      depth: number;
      span: Span | null;
      isFolded: boolean;
      parts: TaskBars[];
    }
  | { kind: "task"; key: string; label: string; depth: number; bars: TaskBars };

export interface RowOptions {
  /** Keys of folded groups, and of mapped tasks that are open (they are folded at first). */
  turned: ReadonlySet<string>;
  text: string;
  onlyCritical: boolean;
  byGroup: boolean;
}

interface Node {
  key: string;
  label: string;
  span: Span | null;
  rows: (depth: number) => GanttRow[];
}

/** The rows for `tasks` as the options want them. */
export function ganttRows(tasks: readonly GanttTask[], now: number, options: RowOptions): GanttRow[] {
  const wanted = tasks.filter((task) => isWanted(task, options)).map((task) => barsOf(task, now));
  const isFiltered = options.text.trim() !== "" || options.onlyCritical;
  const turned = isFiltered ? new Set<string>() : options.turned;
  return nodesIn(wanted, "", turned, options.byGroup).flatMap((node) => node.rows(0));
}

function isWanted(task: GanttTask, { text, onlyCritical }: RowOptions): boolean {
  if (onlyCritical && !task.critical) return false;
  return task.task_id.toLowerCase().includes(text.trim().toLowerCase());
}

function nodesIn(tasks: readonly TaskBars[], group: string, turned: ReadonlySet<string>, byGroup: boolean): Node[] {
  const own: TaskBars[] = [];
  const inside = new Map<string, TaskBars[]>();
  for (const bars of tasks) {
    const child = byGroup ? childGroup(group, bars.task.group ?? "") : null;
    if (child === null) own.push(bars);
    else inside.set(child, [...(inside.get(child) ?? []), bars]);
  }
  const groups = [...inside].map(([id, members]) => groupNode(id, group, members, turned));
  return [...groups, ...taskNodes(own, group, turned)].sort(byBegin);
}

/** The group right inside `group` that holds a task of `of`; null when the task stands in `group` itself. */
function childGroup(group: string, of: string): string | null {
  if (of === group || of === "") return null;
  const rest = group === "" ? of : of.startsWith(`${group}.`) ? of.slice(group.length + 1) : null;
  if (rest === null) return null;
  const [head = ""] = rest.split(".");
  return group === "" ? head : `${group}.${head}`;
}

function groupNode(id: string, parent: string, members: TaskBars[], turned: ReadonlySet<string>): Node {
  const key = `group:${id}`;
  const label = parent === "" ? id : id.slice(parent.length + 1);
  const span = spanOf(members.map((bars) => bars.span));
  const isFolded = turned.has(key);
  const rows = (depth: number): GanttRow[] => [
    { kind: "group", key, label, depth, span, isFolded, size: members.length },
    ...(isFolded ? [] : nodesIn(members, id, turned, true).flatMap((node) => node.rows(depth + 1))),
  ];
  return { key, label, span, rows };
}

function taskNodes(tasks: readonly TaskBars[], group: string, turned: ReadonlySet<string>): Node[] {
  const byTask = new Map<string, TaskBars[]>();
  for (const bars of tasks) byTask.set(bars.task.task_id, [...(byTask.get(bars.task.task_id) ?? []), bars]);
  return [...byTask].map(([id, parts]) => taskNode(id, shortened(id, group), parts, turned));
}

function taskNode(id: string, label: string, parts: TaskBars[], turned: ReadonlySet<string>): Node {
  const span = spanOf(parts.map((bars) => bars.span));
  const [only] = parts;
  if (parts.length === 1 && only && only.task.map_index < 0 && only.task.instances <= 1) {
    const key = `task:${id}`;
    return { key, label, span, rows: (depth) => [{ kind: "task", key, label, depth, bars: only }] };
  }
  const key = `mapped:${id}`;
  const isFolded = !turned.has(key);
  const instances = (depth: number) =>
    parts
      .filter((bars) => bars.task.map_index >= 0)
      .sort((a, b) => a.task.map_index - b.task.map_index)
      .map((bars): GanttRow => {
        const index = bars.task.map_index;
        return { kind: "task", key: `task:${id}:${index}`, label: `${label} [${index}]`, depth: depth + 1, bars };
      });
  const rows = (depth: number): GanttRow[] => [
    { kind: "mapped", key, label, depth, span, isFolded, parts },
    ...(isFolded ? [] : instances(depth)),
  ];
  return { key, label, span, rows };
}

function shortened(id: string, group: string): string {
  return group !== "" && id.startsWith(`${group}.`) ? id.slice(group.length + 1) : id;
}

/** What began first stands first; what has not begun stands last, by name. */
function byBegin(a: Node, b: Node): number {
  const [one, other] = [a.span?.from ?? Number.POSITIVE_INFINITY, b.span?.from ?? Number.POSITIVE_INFINITY];
  if (one !== other) return one < other ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}
