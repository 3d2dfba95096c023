/** The curve of a line, as an SVG path. */

import type { Direction, Point } from "./layout";

/** A smooth path through the points that leaves and reaches boxes square to their sides. */
export function curve(points: Point[], direction: Direction): string {
  const [first, ...rest] = withoutNeedless(points);
  if (!first) return "";
  let from = first;
  let path = `M${spot(first)}`;
  for (const to of rest) {
    path += bend(from, to, direction);
    from = to;
  }
  return path;
}

function bend(from: Point, to: Point, direction: Direction): string {
  if (direction === "LR") {
    const middle = (from.x + to.x) / 2;
    return `C${spot({ x: middle, y: from.y })} ${spot({ x: middle, y: to.y })} ${spot(to)}`;
  }
  const middle = (from.y + to.y) / 2;
  return `C${spot({ x: from.x, y: middle })} ${spot({ x: to.x, y: middle })} ${spot(to)}`;
}

/** Points that lie on the straight between their neighbours only add knots. */
function withoutNeedless(points: Point[]): Point[] {
  return points.filter((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (!before || !after) return true;
    const cross = (after.x - before.x) * (point.y - before.y) - (after.y - before.y) * (point.x - before.x);
    const length = Math.hypot(after.x - before.x, after.y - before.y);
    return length > 0 && Math.abs(cross) / length > STRAIGHT;
  });
}

const STRAIGHT = 2;

const spot = ({ x, y }: Point): string => `${Math.round(x)},${Math.round(y)}`;
