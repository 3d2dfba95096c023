/** Cells that were drawn once, as small pictures: the same few appear thousands of times. */

import type { TaskState } from "@/states/states";
import { type Summary, segmentsOf } from "./cells";
import { drawCounts, drawHeld, drawState, type Palette } from "./drawings";

const MOST = 400;

/** The pictures of one cell size on one kind of screen, in the colours of one scheme. */
export class Stamps {
  private readonly kept = new Map<string, HTMLCanvasElement>();

  constructor(
    private readonly palette: Palette,
    private readonly side: number,
    private readonly ratio: number,
  ) {}

  /** The picture of a single task's state. */
  state(state: TaskState): HTMLCanvasElement {
    return this.stamp(state, (context) => drawState(context, state, this.side, this.palette));
  }

  /** The picture of several instances. */
  counts(summary: Summary): HTMLCanvasElement {
    const shares = segmentsOf(summary).map(({ state, share }) => `${state}${share.toFixed(2)}`);
    const name = `${shares.join()}:${this.side >= 22 ? summary.total : ""}`;
    return this.stamp(name, (context) => drawCounts(context, summary, this.side, this.palette));
  }

  /** The mark that stands over the picture of what is held. */
  held(): HTMLCanvasElement {
    return this.stamp("held", (context) => drawHeld(context, this.side, this.palette));
  }

  private stamp(name: string, draw: (context: CanvasRenderingContext2D) => void): HTMLCanvasElement {
    const found = this.kept.get(name);
    if (found) return found;
    if (this.kept.size >= MOST) this.kept.clear();
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.round(this.side * this.ratio);
    const context = canvas.getContext("2d");
    if (context) {
      context.scale(this.ratio, this.ratio);
      draw(context);
    }
    this.kept.set(name, canvas);
    return canvas;
  }
}

const made = new WeakMap<Palette, Map<string, Stamps>>();

/** The stamps for a palette, cell size and screen; made once. */
export function stampsOf(palette: Palette, side: number, ratio: number): Stamps {
  const sizes = made.get(palette) ?? new Map<string, Stamps>();
  made.set(palette, sizes);
  const name = `${side}@${ratio}`;
  const stamps = sizes.get(name) ?? new Stamps(palette, side, ratio);
  sizes.set(name, stamps);
  return stamps;
}
