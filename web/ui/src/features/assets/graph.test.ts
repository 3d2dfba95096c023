import { expect, test } from "vitest";
import { reach } from "../graph/reach";
import { drawingOf, structureOf } from "./graph";
import type { AssetGraph } from "./queries";

const graph: AssetGraph = {
  nodes: ["dag:a", "asset:x", "dag:b"].map((id) => ({ id, kind: "dag", label: id, asset_id: null })),
  edges: [
    { source: "dag:a", target: "asset:x", kind: "produces", task_ids: ["one"] },
    { source: "dag:a", target: "asset:x", kind: "produces", task_ids: ["two"] },
    { source: "asset:x", target: "dag:b", kind: "triggers", task_ids: [] },
    { source: "asset:x", target: "dag:gone", kind: "triggers", task_ids: [] },
  ],
};

test("each edge is drawn once, and only between nodes that there are", () => {
  expect(drawingOf(graph).lines.map((line) => line.id)).toEqual(["dag:a→asset:x", "asset:x→dag:b"]);
});

test("what a DAG starts by its asset lies after it", () => {
  const found = reach(structureOf(drawingOf(graph)), ["dag:a"]);
  expect([...found.downstream].sort()).toEqual(["asset:x", "dag:b"]);
});
