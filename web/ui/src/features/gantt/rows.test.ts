import { describe, expect, it } from "vitest";

import type { GanttTask } from "@/api/runTypes";
import { ganttRows, type RowOptions } from "./rows";

const T0 = Date.UTC(2026, 0, 1);

function task(task_id: string, begin: number | null, more: Partial<GanttTask> = {}): GanttTask {
  const time = (second: number) => new Date(T0 + second * 1000).toISOString();
  const attempts =
    begin === null
      ? []
      : [
          {
            try_number: 1,
            queued_at: time(begin),
            start_date: time(begin + 1),
            end_date: time(begin + 2),
            outcome: "success",
            hostname: "w",
            queue: "default",
          },
        ];
  return {
    task_id,
    map_index: -1,
    instances: 1,
    group: "",
    state: "success",
    try_number: 1,
    queued_at: null,
    start_date: null,
    end_date: null,
    critical: false,
    held: [],
    attempts,
    ...more,
  };
}

const TASKS = [
  task("late", 50),
  task("load.a", 10, { group: "load", critical: true }),
  task("load.deep.b", 12, { group: "load.deep" }),
  task("first", 0, { critical: true }),
  task("never", null),
  task("many", 20, { map_index: 1 }),
  task("many", 21, { map_index: 0 }),
];

function shown(options: Partial<RowOptions> = {}) {
  const rows = ganttRows(TASKS, T0, { turned: new Set(), text: "", onlyCritical: false, byGroup: true, ...options });
  return rows.map((row) => `${"  ".repeat(row.depth)}${row.label}`);
}

describe("ganttRows", () => {
  it("stands in order of beginning, groups as blocks, mapped tasks as one row", () => {
    expect(shown()).toEqual(["first", "load", "  a", "  deep", "    b", "many", "late", "never"]);
  });

  it("folds groups and opens mapped tasks", () => {
    const turned = new Set(["group:load", "mapped:many"]);
    expect(shown({ turned })).toEqual(["first", "load", "many", "  many [0]", "  many [1]", "late", "never"]);
  });

  it("shows the critical path alone, with its groups", () => {
    expect(shown({ onlyCritical: true, turned: new Set(["group:load"]) })).toEqual(["first", "load", "  a"]);
  });

  it("finds by text and can leave the groups out", () => {
    expect(shown({ text: "DEEP" })).toEqual(["load", "  deep", "    b"]);
    expect(shown({ byGroup: false }).slice(0, 3)).toEqual(["first", "load.a", "load.deep.b"]);
  });

  it("spans a group from its first to its last task", () => {
    const rows = ganttRows(TASKS, T0, { turned: new Set(), text: "", onlyCritical: false, byGroup: true });
    expect(rows.find((row) => row.key === "group:load")).toMatchObject({
      span: { from: T0 + 10_000, to: T0 + 14_000 },
      size: 2,
    });
  });

  it("shows one bar of many instances as a row that opens", () => {
    const many = [task("m", 0, { instances: 1000 })];
    const options = { turned: new Set<string>(), text: "", onlyCritical: false, byGroup: true };
    expect(ganttRows(many, T0, options)).toMatchObject([{ kind: "mapped", key: "mapped:m", isFolded: true }]);
    expect(ganttRows(many, T0, { ...options, turned: new Set(["mapped:m"]) })).toHaveLength(1);
  });

  it("grows with what is open, one row for each task", () => {
    const many = Array.from({ length: 500 }, (_, index) => task(`t${index}`, index));
    expect(ganttRows(many, T0, { turned: new Set(), text: "", onlyCritical: false, byGroup: true })).toHaveLength(500);
  });
});
