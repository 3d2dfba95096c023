import { describe, expect, test } from "vitest";
import { chance, generated } from "./generated";
import { type Direction, layout, type Place, SIZES } from "./layout";
import { ancestors, type Drawing, draw, groupKey, type Structure } from "./model";

const contains = (outer: Place, inner: Place) =>
  outer.x <= inner.x &&
  outer.y <= inner.y &&
  outer.x + outer.width >= inner.x + inner.width &&
  outer.y + outer.height >= inner.y + inner.height;

const apart = (one: Place, other: Place) =>
  one.x + one.width <= other.x ||
  other.x + other.width <= one.x ||
  one.y + one.height <= other.y ||
  other.y + other.height <= one.y;

/** Every pair of boxes that stand neither apart nor one around the other as the groups say. */
function clashes(drawing: Drawing, direction: Direction): string[] {
  const { boxes } = layout(drawing, direction);
  const parents = new Map(drawing.boxes.map((box) => [box.id, box.parent]));
  const above = new Map(drawing.boxes.map((box) => [box.id, ancestors(parents, box.id)]));
  const place = (id: string) => boxes[id] ?? { x: Number.NaN, y: 0, width: 0, height: 0 };
  const fine = (one: string, other: string) => {
    if (above.get(one)?.includes(other)) return contains(place(other), place(one));
    if (above.get(other)?.includes(one)) return contains(place(one), place(other));
    return apart(place(one), place(other));
  };
  const ids = drawing.boxes.map((box) => box.id);
  return ids.flatMap((one, index) =>
    ids
      .slice(index + 1)
      .filter((other) => !fine(one, other))
      .map((other) => `${one} / ${other}`),
  );
}

function someFolded(structure: Structure, seed: number): Set<string> {
  const random = chance(seed);
  return new Set(structure.groups.filter(() => random() < 0.3).map((group) => groupKey(group.group_id)));
}

describe("no two boxes overlap", () => {
  const shapes = [1, 2, 3, 4, 5, 6].map((seed) => ({ seed, tasks: seed * 9, groups: seed % 4 ? seed * 2 : 0 }));
  test.each(shapes)("$tasks tasks in $groups groups", ({ seed, tasks, groups }) => {
    const structure = generated(tasks, groups, seed, 1 + seed * 2);
    for (const folded of [new Set<string>(), someFolded(structure, seed)])
      for (const direction of ["LR", "TB"] as const) expect(clashes(draw(structure, folded), direction)).toEqual([]);
  });

  test("500 tasks in 40 groups", () => {
    expect(clashes(draw(generated(500, 40, 7), new Set()), "LR")).toEqual([]);
  });

  test("500 tasks without any group", () => {
    expect(clashes(draw(generated(500, 0, 9), new Set()), "TB")).toEqual([]);
  });
});

test("an upstream task stands before the tasks that follow it", () => {
  const structure = generated(60, 0, 3);
  const { boxes } = layout(draw(structure, new Set()), "LR");
  for (const task of structure.tasks)
    for (const up of task.upstream)
      expect(boxes[up]?.x ?? Number.NaN).toBeLessThan(boxes[task.task_id]?.x ?? Number.NaN);
});

test("every line leads from its source's side to its target's side", () => {
  const drawing = draw(generated(80, 12, 5), new Set());
  const { boxes, lines } = layout(drawing, "LR");
  for (const line of drawing.lines) {
    const [source, target] = [boxes[line.source], boxes[line.target]];
    const points = lines[line.id]?.points ?? [];
    expect(points[0]).toEqual({
      x: (source?.x ?? 0) + (source?.width ?? 0),
      y: (source?.y ?? 0) + (source?.height ?? 0) / 2,
    });
    expect(points.at(-1)).toEqual({ x: target?.x, y: (target?.y ?? 0) + (target?.height ?? 0) / 2 });
    for (const point of points) expect(Number.isFinite(point.x + point.y)).toBe(true);
  }
});

test("tasks without any dependency fill a field, not an endless column", () => {
  const structure = { ...generated(400, 0, 1), edge_labels: [] };
  for (const task of structure.tasks) task.upstream = [];
  const { size } = layout(draw(structure, new Set()), "LR");
  expect(size.width / size.height).toBeGreaterThan(0.8);
  expect(size.width / size.height).toBeLessThan(3);
});

test("a label stands clear of its line's ends", () => {
  const structure = generated(2, 0, 4);
  structure.edge_labels = [{ from: "task_0", to: "task_1", label: "a long word in the middle" }];
  for (const task of structure.tasks.slice(1)) task.upstream = ["task_0"];
  const { boxes, lines } = layout(draw(structure, new Set()), "LR");
  const room = (boxes.task_1?.x ?? 0) - (boxes.task_0?.x ?? 0) - (boxes.task_0?.width ?? 0);
  expect(room).toBeGreaterThan("a long word in the middle".length * SIZES.letter);
  expect(lines["task_0→task_1"]?.label).not.toBeNull();
});
