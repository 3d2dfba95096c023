/** What the boxes of a task graph show, as React Flow's nodes. */

import type { Node } from "@xyflow/react";
import type { Hold } from "@/api/runTypes";
import type { Summary } from "@/features/grid/cells";
import type { Placed } from "./layout";
import { type Box, type Drawing, type GroupNode, groupKey, type Structure, type TaskNode } from "./model";
import type { Emphasis } from "./tones";

type Shown = {
  emphasis: Emphasis;
  summary: Summary | null;
  /** Reached by Tab; the arrow keys lead on from it. */
  isEntry: boolean;
  /** The branch was not taken in this run. */
  isIdle: boolean;
  /** What holds it, or the first of its tasks that is held. */
  hold: Hold | null;
};

export type TaskBoxData = Shown & { task: TaskNode };
export type GroupBoxData = Shown & { group: GroupNode; taskCount: number; isFolded: boolean };
export type TaskBoxNode = Node<TaskBoxData, "task">;
export type GroupBoxNode = Node<GroupBoxData, "taskGroup">;
export type BoxNode = TaskBoxNode | GroupBoxNode;

export interface BoxContext {
  structure: Structure;
  drawing: Drawing;
  placed: Placed;
  emphasis: Map<string, Emphasis>;
  summaries: Map<string, Summary>;
  entry: string | null;
  taskCount: (groupKey: string) => number;
  isIdle: (summary: Summary) => boolean;
  holdOf: (boxId: string) => Hold | null;
}

/** The nodes of a drawing, groups before what they hold. */
export function boxNodes(context: BoxContext): BoxNode[] {
  const tasks = new Map(context.structure.tasks.map((task) => [task.task_id, task]));
  const groups = new Map(context.structure.groups.map((group) => [groupKey(group.group_id), group]));
  return context.drawing.boxes.flatMap((box): BoxNode[] => {
    const [task, group] = [tasks.get(box.id), groups.get(box.id)];
    if (box.kind === "task" && task)
      return [{ ...frame(box, context), type: "task" as const, data: { task, ...shown(box, context) } }];
    if (!group) return [];
    const data = {
      group,
      taskCount: context.taskCount(box.id),
      isFolded: box.kind === "folded",
      ...shown(box, context),
    };
    return [{ ...frame(box, context), type: "taskGroup" as const, data }];
  });
}

function shown(box: Box, { emphasis, summaries, entry, isIdle, holdOf }: BoxContext): Shown {
  const summary = summaries.get(box.id) ?? null;
  return {
    emphasis: emphasis.get(box.id) ?? "none",
    summary,
    isEntry: box.id === entry,
    isIdle: summary !== null && isIdle(summary),
    hold: holdOf(box.id),
  };
}

/** Lines are drawn at level 1: above open groups, below everything else. */
const LEVEL = { group: 0, task: 2, folded: 2 };

function frame(box: Box, { placed }: BoxContext): Omit<Node, "data" | "type"> {
  const { x, y, width, height } = placed.boxes[box.id] ?? { x: 0, y: 0, width: 0, height: 0 };
  return {
    id: box.id,
    position: { x, y },
    width,
    height,
    zIndex: LEVEL[box.kind],
    draggable: false,
    selectable: false,
  };
}

/** The new nodes, each as the old object where nothing of it has changed: only boxes that changed are drawn again. */
export function keepingUnchanged(before: Map<string, BoxNode>, after: BoxNode[]): BoxNode[] {
  return after.map((node) => {
    const old = before.get(node.id);
    return old && JSON.stringify(old) === JSON.stringify(node) ? old : node;
  });
}
