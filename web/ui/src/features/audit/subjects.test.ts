import { expect, test } from "vitest";
import { subjectAddress } from "./subjects";

type Detail = Record<string, unknown>;

test.each<[string, string, Detail, string | null]>([
  ["dag.pause", "sales", {}, "/dags/sales/grid"],
  ["dag.trigger", "sales", { run_id: "manual__1" }, "/dags/sales/runs/manual__1"],
  ["dag.hold", "sales", { reason: "x" }, "/dags/sales/grid"],
  ["task.hold", "sales", { task: "load" }, "/dags/sales/graph?task=load"],
  ["run.clear", "sales/manual__1/a b", { tasks: ["a"] }, "/dags/sales/runs/manual__1%2Fa%20b"],
  ["task.note", "sales/r", { task: "load", map_index: -1 }, "/dags/sales/runs/r/tasks/load"],
  ["task.kill", "sales/r", { task: "load", map_index: 3 }, "/dags/sales/runs/r/tasks/load/3"],
  ["backfill.paused", "sales", { backfill: 7 }, "/backfills/7"],
  ["connection.set", "connection warehouse", {}, "/admin/connections?q=warehouse"],
  ["variable.delete", "variable a&b", {}, "/admin/variables?q=a%26b"],
  ["asset.event", "asset daily orders", {}, "/assets?q=daily+orders"],
  ["pool.set", "pool small", {}, "/admin/pools"],
  ["session.login", "user ada", {}, "/admin/users"],
  ["token.create", "token ada/ci", {}, "/admin/tokens"],
  ["node.drain", "node w1@here", {}, "/nodes"],
  ["key.rotate", "key 12ab", {}, null],
  ["db.clean", "metastore", {}, null],
])("%s of %s leads to its page", (action, subject, detail, address) => {
  expect(subjectAddress({ action, subject, detail })).toBe(address);
});
