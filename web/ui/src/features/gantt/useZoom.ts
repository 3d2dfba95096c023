import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { anchored } from "./geometry";

const STEP = 1.5;
const MOST = 400;

export interface Zoom {
  /** How many times wider than the view the chart is drawn. */
  factor: number;
  scroller: RefObject<HTMLDivElement | null>;
  /** Zooms so that what lies at `x` pixels from the view's left edge (the middle unless given) stays there. */
  by: (steps: number, x?: number) => void;
  fit: () => void;
}

/** How far the chart is zoomed in; the point under the pointer stays where it is. */
export function useZoom(): Zoom {
  const [factor, setFactor] = useState(1);
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ x: number; scroll: number; factor: number } | null>(null);

  const by = useCallback((steps: number, x?: number) => {
    const element = scroller.current;
    setFactor((old) => {
      const next = Math.min(MOST, Math.max(1, old * STEP ** steps));
      if (element && next !== old) {
        anchor.current = { x: x ?? element.clientWidth / 2, scroll: element.scrollLeft, factor: old };
      }
      return next;
    });
  }, []);
  const fit = useCallback(() => setFactor(1), []);

  useLayoutEffect(() => {
    const element = scroller.current;
    const held = anchor.current;
    if (element && held) element.scrollLeft = anchored(held.scroll, held.x, held.factor, factor);
    anchor.current = null;
  }, [factor]);

  return useMemo(() => ({ factor, scroller, by, fit }), [factor, by, fit]);
}
