/** The graph of assets as a drawing. */

import type { Box, Drawing, Structure } from "../graph/model";
import type { AssetGraph } from "./queries";

export type AssetNode = AssetGraph["nodes"][number];

const LETTER = 7.9;
const AROUND = 62;

const widthOf = (label: string): number => Math.round(Math.min(300, Math.max(130, label.length * LETTER + AROUND)));

/** One box for each DAG, asset and alias; one line for each edge. */
export function drawingOf({ nodes, edges }: AssetGraph): Drawing {
  const known = new Set(nodes.map((node) => node.id));
  const boxes = nodes.map((node): Box => ({ id: node.id, kind: "task", parent: "", width: widthOf(node.label) }));
  const lines = edges
    .filter(({ source, target }) => source !== target && known.has(source) && known.has(target))
    .map(({ source, target }) => ({
      id: `${source}→${target}`,
      source,
      target,
      label: "",
      pairs: [[source, target]] as [string, string][],
    }));
  return { boxes, lines: [...new Map(lines.map((line) => [line.id, line])).values()] };
}

/** The graph as a structure, to find what lies before and after a node. */
export function structureOf(drawing: Drawing): Pick<Structure, "tasks"> & Structure {
  const upstream = new Map<string, string[]>();
  for (const { source, target } of drawing.lines) upstream.set(target, [...(upstream.get(target) ?? []), source]);
  const tasks = drawing.boxes.map(({ id }) => ({
    task_id: id,
    label: id,
    group: "",
    upstream: upstream.get(id) ?? [],
    operator: "",
    queue: "",
    trigger_rule: "all_success",
    is_setup: false,
    is_teardown: false,
    mapped: false,
  }));
  return { tasks, groups: [], edge_labels: [] };
}
