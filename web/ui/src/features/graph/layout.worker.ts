/** Lays drawings out beside the page's own thread: a large graph must not make the page stand still. */

import { type Direction, layout, type Placed, type Sizes } from "./layout";
import type { Drawing } from "./model";

export interface LayoutRequest {
  id: number;
  drawing: Drawing;
  direction: Direction;
  sizes: Sizes;
}

export type LayoutAnswer = { id: number; placed: Placed } | { id: number; failed: string };

self.onmessage = ({ data }: MessageEvent<LayoutRequest>) => {
  self.postMessage(answer(data));
};

function answer({ id, drawing, direction, sizes }: LayoutRequest): LayoutAnswer {
  try {
    return { id, placed: layout(drawing, direction, sizes) };
  } catch (error) {
    return { id, failed: String(error) };
  }
}
