import { type RefObject, useCallback, useLayoutEffect, useReducer, useRef } from "react";
import { Heights } from "./heights";

export const LINE_HEIGHT = 19;
const SPARE = 400; // pixels drawn above and below what is in sight

export interface LineWindow {
  from: number;
  to: number;
  heights: Heights;
  /** Brings line `at` into the middle of the view. */
  reveal: (at: number) => void;
}

/**
 * Which of `count` lines to draw. With `wrap` the drawn ones are measured; what grows above the view moves nothing.
 * `key` changes when all heights are unknown again.
 */
export function useLineWindow(scroller: RefObject<HTMLElement | null>, count: number, wrap: boolean, key: unknown) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const kept = useRef({ key, heights: new Heights(LINE_HEIGHT) });
  if (kept.current.key !== key) kept.current = { key, heights: new Heights(LINE_HEIGHT) };
  const { heights } = kept.current;
  heights.growTo(count);

  const element = scroller.current;
  const top = element?.scrollTop ?? 0;
  const from = heights.indexAt(Math.max(0, top - SPARE));
  const to = Math.min(count, heights.indexAt(top + (element?.clientHeight ?? 600) + SPARE) + 1);

  useLayoutEffect(() => {
    const view = scroller.current;
    if (!view) return;
    let frame = 0;
    const scrolled = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        redraw();
      });
    };
    view.addEventListener("scroll", scrolled, { passive: true });
    const observer = new ResizeObserver(scrolled);
    observer.observe(view);
    return () => {
      cancelAnimationFrame(frame);
      view.removeEventListener("scroll", scrolled);
      observer.disconnect();
    };
  }, [scroller]);

  useLayoutEffect(() => {
    if (!wrap || !scroller.current) return;
    if (measure(scroller.current, heights)) redraw();
  });

  const reveal = useCallback(
    (at: number) => {
      const view = scroller.current;
      if (view) view.scrollTop = heights.offsetOf(at) - view.clientHeight / 2;
    },
    [scroller, heights],
  );
  return { from, to: Math.max(from, to), heights, reveal };
}

/** Takes the heights of the drawn lines; true when one was another than was thought. */
function measure(view: HTMLElement, heights: Heights): boolean {
  let changed = false;
  let above = 0;
  const { scrollTop } = view;
  for (const line of view.querySelectorAll<HTMLElement>("[data-at]")) {
    const at = Number(line.dataset.at);
    const isAbove = heights.offsetOf(at) < scrollTop;
    const change = heights.set(at, line.offsetHeight);
    changed ||= change !== 0;
    if (isAbove) above += change;
  }
  if (above !== 0) view.scrollTop = scrollTop + above;
  return changed;
}
