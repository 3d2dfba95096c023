import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type { GridRun } from "./runs";
import type { Sizes } from "./sizes";

const NEAR = 300; // pixels from the oldest column at which older ones are fetched

/**
 * Keeps the place when columns are added: the newest run stays in sight when it was, and older runs that arrive on
 * the left move nothing. Asks for older ones when their edge comes near.
 */
export function useNewestInSight(
  scroller: RefObject<HTMLElement | null>,
  runs: readonly GridRun[],
  sizes: Sizes,
  onOlder: () => void,
): void {
  const before = useRef<{ newest: string; count: number; size: number } | null>(null);
  const fromRight = useRef(0);
  const older = useRef(onOlder);
  older.current = onOlder;

  useLayoutEffect(() => {
    const element = scroller.current;
    const newest = runs.at(-1)?.dag_run_id;
    if (!element || newest === undefined) return;
    const old = before.current;
    before.current = { newest, count: runs.length, size: sizes.column };
    const isAtEnd = fromRight.current < sizes.column * 2;
    const hasNewer = old !== null && old.newest !== newest;
    if (old === null || isAtEnd || !hasNewer) {
      element.scrollLeft = element.scrollWidth - element.clientWidth - (isAtEnd ? 0 : fromRight.current);
    }
  }, [scroller, runs, sizes]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const scrolled = () => {
      fromRight.current = element.scrollWidth - element.clientWidth - element.scrollLeft;
      if (element.scrollLeft < NEAR) older.current();
    };
    scrolled();
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => element.removeEventListener("scroll", scrolled);
  }, [scroller]);
}
