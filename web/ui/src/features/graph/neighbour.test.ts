import { expect, test } from "vitest";
import { neighbour } from "./neighbour";

const at = (x: number, y: number) => ({ x: x * 100, y: y * 100, width: 80, height: 40 });
const boxes = new Map([
  ["a", at(0, 1)],
  ["b", at(1, 0)],
  ["c", at(1, 1)],
  ["d", at(1, 2)],
  ["e", at(3, 1)],
]);

test("arrows lead to the box that lies next in their direction", () => {
  expect(neighbour(boxes, "a", "ArrowRight")).toBe("c");
  expect(neighbour(boxes, "c", "ArrowUp")).toBe("b");
  expect(neighbour(boxes, "c", "ArrowDown")).toBe("d");
  expect(neighbour(boxes, "c", "ArrowRight")).toBe("e");
  expect(neighbour(boxes, "e", "ArrowLeft")).toBe("c");
});

test("the edge of the drawing is the end", () => {
  expect(neighbour(boxes, "e", "ArrowRight")).toBeNull();
  expect(neighbour(boxes, "b", "ArrowUp")).toBeNull();
});
