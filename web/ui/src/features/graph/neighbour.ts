/** Where the arrow keys lead on the drawing. */

import type { Place } from "./layout";

export type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

export const isArrow = (key: string): key is Arrow => /^Arrow(Left|Right|Up|Down)$/.test(key);

/** Going aside costs more than going on. */
const ASIDE = 2.5;

/** The box that lies nearest to `from` in the arrow's direction, null at the edge. Open groups are passed over. */
export function neighbour(boxes: Map<string, Place>, from: string, arrow: Arrow): string | null {
  const start = boxes.get(from);
  if (!start) return null;
  let [best, nearest]: [number, string | null] = [Infinity, null];
  for (const [id, place] of boxes) {
    if (id === from) continue;
    const cost = distance(start, place, arrow);
    if (cost < best) [best, nearest] = [cost, id];
  }
  return nearest;
}

function distance(from: Place, to: Place, arrow: Arrow): number {
  const [x, y] = [to.x + to.width / 2 - from.x - from.width / 2, to.y + to.height / 2 - from.y - from.height / 2];
  const isAcross = arrow === "ArrowLeft" || arrow === "ArrowRight";
  const onward = (isAcross ? x : y) * (arrow === "ArrowLeft" || arrow === "ArrowUp" ? -1 : 1);
  const aside = Math.abs(isAcross ? y : x);
  const isBeside = onward > (isAcross ? from.width : from.height) / 4;
  return isBeside ? onward + aside * ASIDE : Infinity;
}
