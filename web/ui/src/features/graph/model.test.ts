import { expect, test } from "vitest";
import { draw, groupKey, type Structure } from "./model";

/** A structure from lines such as "a > b" and groups such as { check: ["a", "b"] }. */
function structure(
  edges: string,
  groups: Record<string, string[]> = {},
  parents: Record<string, string> = {},
): Structure {
  const pairs = edges.split(",").map((pair) => pair.split(">").map((id) => id.trim()));
  const ids = [...new Set(pairs.flat())];
  const groupOf = (id: string) => Object.keys(groups).find((group) => groups[group]?.includes(id)) ?? "";
  return {
    tasks: ids.map((id) => ({
      task_id: id,
      label: id,
      group: groupOf(id),
      upstream: pairs.filter((pair) => pair[1] === id).map((pair) => pair[0] ?? ""),
      operator: "EmptyOperator",
      queue: "default",
      trigger_rule: "all_success",
      is_setup: false,
      is_teardown: false,
      mapped: false,
    })),
    groups: Object.keys(groups).map((id) => ({
      group_id: id,
      label: id,
      parent: parents[id] ?? "",
      tooltip: "",
      mapped: false,
    })),
    edge_labels: [],
  };
}

const lines = (of: Structure, folded: string[] = []) =>
  draw(of, new Set(folded.map(groupKey)))
    .lines.map((line) => `${line.source} > ${line.target}`)
    .sort();

test("one line leads to a group when all its first tasks follow", () => {
  const fan = structure("a > b1, a > b2, b1 > c, b2 > c", { middle: ["b1", "b2"] });
  expect(lines(fan)).toEqual(["a > group:middle", "group:middle > c"]);
});

test("lines stay with the tasks when only some of a group follow", () => {
  const some = structure("a > b1, a > b2, x > b3, b1 > c", { middle: ["b1", "b2", "b3"] });
  expect(lines(some)).toEqual(["a > b1", "a > b2", "b1 > c", "x > b3"]);
});

test("ten before ten are one line", () => {
  const ids = [...Array(10).keys()];
  const edges = ids.flatMap((one) => ids.map((other) => `a${one} > b${other}`)).join(",");
  const groups = { first: ids.map((id) => `a${id}`), second: ids.map((id) => `b${id}`) };
  expect(lines(structure(edges, groups))).toEqual(["group:first > group:second"]);
});

test("a line to all of a group that holds a group", () => {
  const nested = structure("a > b1, a > b2, a > c", { inner: ["b1", "b2"], outer: ["c"] }, { inner: "outer" });
  expect(lines(nested)).toEqual(["a > group:outer"]);
});

test("a folded group takes its tasks' lines and keeps what they stand for", () => {
  const chain = structure("a > b, b > c, c > d", { middle: ["b", "c"] });
  expect(lines(chain, ["middle"])).toEqual(["a > group:middle", "group:middle > d"]);
  const drawing = draw(chain, new Set([groupKey("middle")]));
  expect(drawing.boxes.map((box) => box.id).sort()).toEqual(["a", "d", "group:middle"]);
  expect(drawing.lines.find((line) => line.source === "a")?.pairs).toEqual([["a", "b"]]);
});

test("a folded group hides the groups within", () => {
  const nested = structure("a > b, b > c", { inner: ["b"], outer: ["c"] }, { inner: "outer" });
  expect(lines(nested, ["outer", "inner"])).toEqual(["a > group:outer"]);
});

test("a task and a group may bear the same name", () => {
  const same = structure("load > save", { load: ["load"] });
  expect(draw(same, new Set()).boxes.map((box) => box.id)).toEqual(["group:load", "load", "save"]);
});

test("an upstream task that the version no longer has is left out", () => {
  const broken = structure("a > b");
  broken.tasks = broken.tasks.filter((task) => task.task_id !== "a");
  expect(lines(broken)).toEqual([]);
});

test("words between groups stand on the one line between them", () => {
  const fan = structure("a1 > b1, a1 > b2, a2 > b1, a2 > b2", { first: ["a1", "a2"], second: ["b1", "b2"] });
  fan.edge_labels = [{ from: "first", to: "second", label: "then" }];
  expect(draw(fan, new Set()).lines.map((line) => [line.source, line.target, line.label])).toEqual([
    ["group:first", "group:second", "then"],
  ]);
});

test("a labelled line keeps its own way", () => {
  const branch = structure("a > b1, a > b2", { both: ["b1", "b2"] });
  branch.edge_labels = [{ from: "a", to: "b1", label: "yes" }];
  expect(lines(branch)).toEqual(["a > b1", "a > b2"]);
});
