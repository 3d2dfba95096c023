import { expect, test } from "vitest";
import { byKind, consumersOf, leftAlone, missing } from "./kinds";
import type { ClusterNode } from "./queries";

const node = (kind: string, name: string, some: Partial<ClusterNode> = {}): ClusterNode => ({
  id: name,
  kind,
  name,
  hostname: "host",
  pid: 1,
  queues: [],
  capacity: 4,
  running: 0,
  state: "up",
  version: "1",
  started_at: "2026-01-01T00:00:00Z",
  seen_at: "2026-01-01T00:00:00Z",
  lease_until: "2026-01-01T00:00:00Z",
  ...some,
});

test("nodes stand by kind, those that live first", () => {
  const nodes = [node("worker", "b", { state: "dead" }), node("web", "w"), node("worker", "c"), node("robot", "r")];
  expect(byKind(nodes).map(([kind, members]) => [kind, members.map((each) => each.name)])).toEqual([
    ["worker", ["c", "b"]],
    ["web", ["w"]],
    ["other", ["r"]],
  ]);
});

test("a cluster needs a scheduler and a worker that live", () => {
  expect(missing([node("worker", "a", { state: "dead" })])).toEqual(["scheduler", "worker"]);
  expect(missing([node("worker", "a", { state: "draining" }), node("scheduler", "s")])).toEqual([]);
});

test("draining the last consumer of a queue leaves it alone", () => {
  const worker = node("worker", "a", { queues: ["default", "high_cpu"] });
  const other = node("worker", "b", { queues: ["default"] });
  expect(leftAlone(worker, [worker, other])).toEqual(["high_cpu"]);
  expect(leftAlone(worker, [worker, { ...other, state: "draining" }])).toEqual(["default", "high_cpu"]);
});

test("a queue's workers are those that consume it", () => {
  const nodes = [node("worker", "a", { queues: ["x", "y"] }), node("worker", "b", { queues: ["y"] }), node("web", "c")];
  expect(consumersOf("x", nodes).map(({ name }) => name)).toEqual(["a"]);
  expect(consumersOf("", nodes)).toHaveLength(3);
});
