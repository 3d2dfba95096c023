import { describe, expect, it } from "vitest";

import { groupIds, type Row, toggled, treeOf, visibleRows } from "./rows";

function row(kind: "task" | "group", id: string, parent = "", depth = 0): Row {
  return { id, kind, label: id.split(".").at(-1) ?? id, parent, depth };
}

const TREE = treeOf([
  row("task", "start"),
  row("group", "load"),
  row("task", "load.a", "load", 1),
  row("group", "load.deep", "load", 1),
  row("task", "load.deep.b", "load.deep", 2),
  row("task", "load.c", "load", 1),
  row("group", "check"),
  row("task", "check.d", "check", 1),
]);

function seen(folded: string[] = [], text = "") {
  return visibleRows(TREE, new Set(folded), text).map((index) => TREE.rows[index]?.id);
}

describe("treeOf", () => {
  it("knows the tasks of a group however deep", () => {
    expect(TREE.leaves.get("load")).toEqual([2, 4, 5]);
    expect(TREE.leaves.get("load.deep")).toEqual([4]);
    expect(groupIds(TREE)).toEqual(["load", "load.deep", "check"]);
  });

  it("survives a parent that is not there, and a group inside itself", () => {
    const broken = treeOf([row("task", "x", "gone"), { ...row("group", "g"), parent: "g" }, row("task", "y", "g")]);
    expect(visibleRows(broken, new Set())).toEqual([0, 1, 2]);
  });
});

describe("visibleRows", () => {
  it("shows everything at first", () => {
    expect(seen()).toHaveLength(8);
  });

  it("hides what is inside a folded group, deep groups too", () => {
    expect(seen(["load"])).toEqual(["start", "load", "check", "check.d"]);
    expect(seen(["load.deep"])).not.toContain("load.deep.b");
    expect(seen(["load.deep"])).toContain("load.c");
  });

  it("shows matching tasks with their groups, also from inside folded ones", () => {
    expect(seen(["load"], "deep.B")).toEqual(["load", "load.deep", "load.deep.b"]);
    expect(seen([], "check")).toEqual(["check", "check.d"]);
    expect(seen([], "nothing like this")).toEqual([]);
  });

  it("shows all of a group whose name matches", () => {
    expect(seen([], "load.deep")).toEqual(["load", "load.deep", "load.deep.b"]);
  });
});

describe("toggled", () => {
  it("folds and opens", () => {
    const once = toggled(new Set(), "load");
    expect([...once]).toEqual(["load"]);
    expect([...toggled(once, "load")]).toEqual([]);
  });
});
