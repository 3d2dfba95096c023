import { type RefObject, useLayoutEffect, useState } from "react";

export interface Viewport {
  left: number;
  top: number;
  width: number;
  height: number;
}

const NOTHING: Viewport = { left: 0, top: 0, width: 0, height: 0 };

/**
 * What part of a scrolled element is in sight, in steps of `step` pixels: while one scrolls, the page is drawn
 * again only when a step is passed.
 */
export function useViewport(scroller: RefObject<HTMLElement | null>, step: number): Viewport {
  const [viewport, setViewport] = useState(NOTHING);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const read = () => {
      const next = {
        left: Math.floor(element.scrollLeft / step) * step,
        top: Math.floor(element.scrollTop / step) * step,
        width: Math.ceil(element.clientWidth / step + 1) * step,
        height: Math.ceil(element.clientHeight / step + 1) * step,
      };
      setViewport((old) => (isSame(old, next) ? old : next));
    };
    read();
    element.addEventListener("scroll", read, { passive: true });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", read);
      observer.disconnect();
    };
  }, [scroller, step]);
  return viewport;
}

function isSame(a: Viewport, b: Viewport): boolean {
  return a.left === b.left && a.top === b.top && a.width === b.width && a.height === b.height;
}
