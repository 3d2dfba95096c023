import { useCallback, useMemo, useRef } from "react";
import type { Summary } from "@/features/grid/cells";
import { type Holds, shownHold } from "@/features/holds/holds";
import { type BoxNode, boxNodes, keepingUnchanged } from "./boxes";
import type { Tone } from "./Lines";
import { ancestors, groupKey, parentsOf, type Structure } from "./model";
import { reach } from "./reach";
import { boxStates, isNotTaken, type States } from "./states";
import { emphasisOf, tonesOf } from "./tones";
import type { LaidOut } from "./useLayout";

interface Picture {
  nodes: BoxNode[];
  tones: Map<string, Tone>;
}

const NOTHING: Picture = { nodes: [], tones: new Map() };

/** The boxes and the looks of the lines, from a layout and the states of the moment. */
export function usePicture(
  structure: Structure | null,
  states: States | null,
  laidOut: LaidOut | null,
  chosen: string | null,
  holds: Holds,
  runId: string | null,
) {
  const previous = useRef(new Map<string, BoxNode>());
  const inGroups = useMemo(() => (structure ? tasksByGroup(structure) : new Map<string, string[]>()), [structure]);
  const tasksOf = useCallback((id: string) => inGroups.get(id) ?? [id], [inGroups]);
  const reached = useMemo(
    () => (structure && chosen ? reach(structure, tasksOf(chosen)) : null),
    [structure, chosen, tasksOf],
  );
  const summaries = useMemo(
    () => (structure && states ? boxStates(structure, parentsOf(structure), states) : new Map<string, Summary>()),
    [structure, states],
  );
  return useMemo(() => {
    if (!structure || !laidOut) return NOTHING;
    const { drawing, placed } = laidOut;
    const isThere = chosen !== null && drawing.boxes.some((box) => box.id === chosen);
    const choice = isThere && reached ? { tasks: tasksOf(chosen), reached } : null;
    const holdOfTask = (task: string) =>
      runId === null
        ? (holds.tasks.get(task) ?? null)
        : shownHold(holds, runId, task, Object.keys(summaries.get(task)?.counts ?? {}));
    const nodes = boxNodes({
      structure,
      drawing,
      placed,
      summaries,
      emphasis: emphasisOf(drawing, isThere ? chosen : null, reached, tasksOf),
      entry: isThere ? chosen : (drawing.boxes.find((box) => box.kind !== "group")?.id ?? null),
      taskCount: (key) => inGroups.get(key)?.length ?? 0,
      isIdle: isNotTaken,
      holdOf: (id) => tasksOf(id).map(holdOfTask).find(Boolean) ?? null,
    });
    const kept = keepingUnchanged(previous.current, nodes);
    previous.current = new Map(kept.map((node) => [node.id, node]));
    return { nodes: kept, tones: tonesOf(drawing, choice, summaries) };
  }, [structure, laidOut, summaries, chosen, reached, tasksOf, inGroups, holds, runId]);
}

function tasksByGroup(structure: Structure): Map<string, string[]> {
  const parents = parentsOf(structure);
  const found = new Map<string, string[]>(structure.groups.map((group) => [groupKey(group.group_id), []]));
  for (const { task_id } of structure.tasks)
    for (const group of ancestors(parents, task_id)) found.get(group)?.push(task_id);
  return found;
}
