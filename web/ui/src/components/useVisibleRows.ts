import { type RefObject, useLayoutEffect, useState } from "react";

/** Rows drawn beyond the edges, and the step in which the drawn part moves: a small scroll draws nothing anew. */
const BEYOND = 6;
const STEP = 4;

export interface Visible {
  first: number;
  /** One behind the last. */
  end: number;
}

/** Which of `count` rows of one height are to be drawn for what a scrolling element shows. */
export function visibleRows(top: number, height: number, rowHeight: number, count: number): Visible {
  const first = Math.floor(top / rowHeight) - BEYOND;
  const end = Math.ceil((top + height) / rowHeight) + BEYOND;
  return {
    first: Math.max(0, Math.min(first - (first % STEP), count)),
    end: Math.max(0, Math.min(end + STEP - (end % STEP), count)),
  };
}

/** The rows to draw of an element that scrolls; drawn anew only when it has come to others. */
export function useVisibleRows(scroller: RefObject<HTMLElement | null>, count: number, rowHeight: number): Visible {
  const [visible, setVisible] = useState(() => visibleRows(0, 1_000, rowHeight, count));
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () => {
      const next = visibleRows(element.scrollTop, element.clientHeight, rowHeight, count);
      setVisible((before) => (before.first === next.first && before.end === next.end ? before : next));
    };
    look();
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [scroller, count, rowHeight]);
  return visible;
}
