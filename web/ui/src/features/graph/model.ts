/** What the Graph draws: boxes (tasks and groups) and edges, made from a DAG's structure and the set of folded groups. */

import { widthOf } from "./width";

export interface TaskNode {
  task_id: string;
  label: string;
  group: string;
  upstream: string[];
  operator: string;
  queue: string;
  trigger_rule: string;
  is_setup: boolean;
  is_teardown: boolean;
  mapped: boolean;
}

export interface GroupNode {
  group_id: string;
  label: string;
  parent: string;
  tooltip: string;
  mapped: boolean;
}

export interface Structure<T extends TaskNode = TaskNode, G extends GroupNode = GroupNode> {
  tasks: T[];
  groups: G[];
  edge_labels: { from: string; to: string; label: string }[];
}

/** A rectangle of the drawing. `parent` is the open group that holds it, "" for the DAG itself. */
export interface Box {
  id: string;
  kind: "task" | "group" | "folded";
  parent: string;
  /** As its words need; folded groups and boxes without it have a width of their own. */
  width?: number;
}

/** A line of the drawing and the dependencies between tasks that it stands for. */
export interface Line {
  id: string;
  source: string;
  target: string;
  label: string;
  pairs: [string, string][];
}

export interface Drawing {
  boxes: Box[];
  lines: Line[];
}

/** The groups above a task or group, innermost first. */
export function ancestors(parents: Map<string, string>, id: string): string[] {
  const found: string[] = [];
  for (let at = parents.get(id) ?? ""; at && !found.includes(at); at = parents.get(at) ?? "") found.push(at);
  return found;
}

/** The parent of every task and group; a task's own group may bear the same name as a task, so groups go by "group:". */
export function parentsOf(structure: Structure): Map<string, string> {
  const known = new Set(structure.groups.map((group) => group.group_id));
  const within = (id: string) => (known.has(id) ? groupKey(id) : "");
  return new Map([
    ...structure.groups.map((group): [string, string] => [groupKey(group.group_id), within(group.parent)]),
    ...structure.tasks.map((task): [string, string] => [task.task_id, within(task.group)]),
  ]);
}

/** How a group is called among the boxes. */
export const groupKey = (groupId: string): string => `group:${groupId}`;

/** The drawing of a structure when the groups in `folded` (their keys) are shut. */
export function draw(structure: Structure, folded: ReadonlySet<string>): Drawing {
  const parents = parentsOf(structure);
  const shown = (id: string) => ancestors(parents, id).findLast((group) => folded.has(group)) ?? id;
  const boxes = boxesOf(structure, parents, folded);
  const lines = new Bundle(structure, parents, shown);
  for (const group of openGroupsInnermostFirst(boxes, parents)) lines.joinAt(group);
  return { boxes, lines: lines.result() };
}

function boxesOf(structure: Structure, parents: Map<string, string>, folded: ReadonlySet<string>): Box[] {
  const hidden = (id: string) => ancestors(parents, id).some((group) => folded.has(group));
  const box = (id: string, kind: Box["kind"]): Box => ({ id, kind, parent: parents.get(id) ?? "" });
  const groups = structure.groups.map((group) => groupKey(group.group_id));
  return [
    ...groups.map((id) => box(id, folded.has(id) ? "folded" : "group")),
    ...structure.tasks.map((task) => ({ ...box(task.task_id, "task"), width: widthOf(task) })),
  ].filter((each) => !hidden(each.id));
}

function openGroupsInnermostFirst(boxes: Box[], parents: Map<string, string>): string[] {
  return boxes
    .filter((box) => box.kind === "group")
    .map((box) => box.id)
    .sort((one, other) => ancestors(parents, other).length - ancestors(parents, one).length);
}

/**
 * Lines between shown boxes. Where something leads to all the first tasks of a group, one line to the group says so;
 * the same for all its last tasks: ten tasks before ten tasks are one line, not a hundred.
 */
class Bundle {
  private lines = new Map<string, Line>();
  private readonly first = new Map<string, Set<string>>();
  private readonly last = new Map<string, Set<string>>();
  private readonly labels: Map<string, string>;

  constructor(
    structure: Structure,
    private readonly parents: Map<string, string>,
    shown: (id: string) => string,
  ) {
    this.labels = new Map(structure.edge_labels.map((each) => [lineId(each.from, each.to), each.label]));
    const known = new Set(structure.tasks.map((task) => task.task_id));
    for (const task of structure.tasks)
      for (const upstream of task.upstream.filter((id) => known.has(id))) {
        const [source, target] = [shown(upstream), shown(task.task_id)];
        if (source !== target)
          this.add(source, target, this.labelOf(upstream, task.task_id), [[upstream, task.task_id]]);
      }
    this.findEnds(structure, shown);
  }

  result(): Line[] {
    return [...this.lines.values()];
  }

  /** Turns lines to each first (from each last) box of an open group into one to (from) the group. */
  joinAt(group: string): void {
    this.join(group, this.first.get(group), "target", "source");
    this.join(group, this.last.get(group), "source", "target");
  }

  private add(source: string, target: string, label: string, pairs: [string, string][]): void {
    const id = lineId(source, target);
    const there = this.lines.get(id);
    if (!there) this.lines.set(id, { id, source, target, label, pairs: [...pairs] });
    else Object.assign(there, { label: there.label || label, pairs: [...there.pairs, ...pairs] });
  }

  /** The words on a dependency; authors also put them between groups. */
  private labelOf(upstream: string, downstream: string): string {
    const names = (id: string) => [id, ...ancestors(this.parents, id).map((key) => key.slice(groupKey("").length))];
    for (const from of names(upstream))
      for (const to of names(downstream)) {
        const label = this.labels.get(lineId(from, to));
        if (label) return label;
      }
    return "";
  }

  private findEnds(structure: Structure, shown: (id: string) => string): void {
    const inside = (id: string) => [id, ...ancestors(this.parents, id)];
    const open = (id: string) => inside(id).filter((each) => each.startsWith("group:") && each !== id);
    const notFirst = new Set<string>();
    const notLast = new Set<string>();
    for (const line of this.lines.values())
      for (const group of open(line.source).filter((each) => open(line.target).includes(each))) {
        notFirst.add(`${group}\n${line.target}`);
        notLast.add(`${group}\n${line.source}`);
      }
    for (const id of new Set(structure.tasks.map((task) => shown(task.task_id))))
      for (const group of open(id)) {
        if (!notFirst.has(`${group}\n${id}`)) collect(this.first, group, id);
        if (!notLast.has(`${group}\n${id}`)) collect(this.last, group, id);
      }
  }

  private join(
    group: string,
    ends: Set<string> | undefined,
    near: "source" | "target",
    far: "source" | "target",
  ): void {
    if (!ends || ends.size < 2) return;
    const covers = (id: string) => (near === "target" ? this.first : this.last).get(id) ?? new Set([id]);
    for (const lines of this.crossing(group, near, far).values()) {
      const covered = new Set(lines.flatMap((line) => [...covers(line[near])]));
      if (![...ends].every((end) => covered.has(end))) continue;
      for (const line of lines.filter((each) => [...covers(each[near])].every((end) => ends.has(end)))) {
        this.lines.delete(line.id);
        const joined = { ...line, [near]: group };
        this.add(joined.source, joined.target, line.label, line.pairs);
      }
    }
  }

  /** The lines that enter (leave) a group, those with the same end outside and the same words together. */
  private crossing(group: string, near: "source" | "target", far: "source" | "target"): Map<string, Line[]> {
    const inside = (id: string) => id === group || ancestors(this.parents, id).includes(group);
    const found = new Map<string, Line[]>();
    for (const line of this.lines.values()) {
      const key = `${line[far]}\n${line.label}`;
      if (inside(line[near]) && !inside(line[far])) found.set(key, [...(found.get(key) ?? []), line]);
    }
    return found;
  }
}

const lineId = (source: string, target: string): string => `${source}→${target}`;

function collect(into: Map<string, Set<string>>, key: string, value: string): void {
  const there = into.get(key);
  if (there) there.add(value);
  else into.set(key, new Set([value]));
}
