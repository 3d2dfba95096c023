import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type { Layout } from "./layout";
import type { GridRun } from "./runs";
import { revealing } from "./scale";

const NEAR = 300; // pixels from the oldest column at which older ones are fetched

/**
 * Keeps the place when columns or the view's width change: the newest run stays in sight when it was, older runs that
 * arrive on the left move nothing, and the selected column stays in sight. Asks for older runs when their edge is near.
 */
export function useNewestInSight(
  scroller: RefObject<HTMLElement | null>,
  layout: Layout,
  runs: readonly GridRun[],
  selected: number,
  onOlder: () => void,
): void {
  const newest = runs.at(-1)?.dag_run_id;
  const shown = useRef<string | undefined>(undefined);
  const fromRight = useRef(0);
  const now = useRef({ onOlder, layout, selected });
  now.current = { onOlder, layout, selected };

  // biome-ignore lint/correctness/useExhaustiveDependencies: each new column moves the edges
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || newest === undefined) return;
    const isAtEnd = fromRight.current < layout.sizes.column * 2;
    const hasNewer = shown.current !== undefined && shown.current !== newest;
    shown.current = newest;
    if (isAtEnd) element.scrollLeft = element.scrollWidth;
    else if (!hasNewer) element.scrollLeft = element.scrollWidth - element.clientWidth - fromRight.current;
  }, [scroller, newest, runs.length, layout.sizes]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const scrolled = () => {
      fromRight.current = element.scrollWidth - element.clientWidth - element.scrollLeft;
      if (element.scrollLeft < NEAR) now.current.onOlder();
    };
    const resized = () => {
      const { layout: at, selected: column } = now.current;
      element.scrollLeft = element.scrollWidth - element.clientWidth - fromRight.current;
      if (column < 0) return;
      element.scrollLeft = revealing(element.scrollLeft, element.clientWidth - at.names, at.sizes.column, column);
    };
    scrolled();
    element.addEventListener("scroll", scrolled, { passive: true });
    const observer = new ResizeObserver(resized);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", scrolled);
      observer.disconnect();
    };
  }, [scroller]);
}
