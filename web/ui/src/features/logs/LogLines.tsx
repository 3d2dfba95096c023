import { useVirtualizer } from "@tanstack/react-virtual";
import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import type { LineRange } from "./anchor";
import type { LogBuffer } from "./buffer";
import { LogLine } from "./LogLine";
import classes from "./Logs.module.css";

const LINE_HEIGHT = 19;

export interface LogLinesHandle {
  /** Brings a line (counted from 0 in the whole log) into the middle. */
  reveal: (index: number) => void;
  toEnd: () => void;
}

interface LogLinesProps {
  buffer: LogBuffer;
  /** Lines to show, in order. */
  shown: readonly number[];
  pattern: RegExp | null;
  current: number | null;
  chosen: LineRange | null;
  wrap: boolean;
  showTimes: boolean;
  following: boolean;
  /** The reader scrolls up, or comes to the end. */
  onFollow: (following: boolean) => void;
  onNumber: (number: number, extend: boolean) => void;
  ref: Ref<LogLinesHandle>;
}

/** The lines in sight, however many there are. While following it stays at the end. */
export function LogLines(props: LogLinesProps) {
  const { buffer, shown, pattern, current, chosen, wrap, showTimes, following, onFollow, onNumber, ref } = props;
  const t = useText();
  const { zone } = usePreferences();
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    getItemKey: (at) => shown[at] ?? at,
  });
  useImperativeHandle(
    ref,
    () => ({
      reveal: (index) => {
        const at = shown.indexOf(index);
        if (at >= 0) virtualizer.scrollToIndex(at, { align: "center" });
      },
      toEnd: () => virtualizer.scrollToIndex(shown.length - 1, { align: "end" }),
    }),
    [shown, virtualizer],
  );
  useFollowing(scroller, following, onFollow, shown.length, virtualizer.getTotalSize());
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights change with the wrapping
  useEffect(() => virtualizer.measure(), [wrap, virtualizer]);

  return (
    <section
      ref={scroller}
      className={classes.lines}
      data-wrap={wrap || undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={t("logs.label")}
    >
      <div className={classes.all} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = buffer.line(shown[item.index] ?? 0);
          return (
            <div
              key={item.key}
              ref={wrap ? virtualizer.measureElement : undefined}
              data-index={item.index}
              className={classes.place}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <LogLine
                line={line}
                zone={zone}
                pattern={pattern}
                showTimes={showTimes}
                isChosen={chosen !== null && line.number >= chosen.from && line.number <= chosen.to}
                isCurrent={current === line.number - 1}
                onNumber={onNumber}
              />
            </div>
          );
        })}
      </div>
    </section>
  );
}

/** Stays at the end while following; scrolling up ends it, coming to the end begins it again. */
function useFollowing(
  scroller: React.RefObject<HTMLElement | null>,
  following: boolean,
  onFollow: (following: boolean) => void,
  count: number,
  height: number,
): void {
  const last = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line and each measured height moves the end
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !following) return;
    element.scrollTop = element.scrollHeight;
    last.current = element.scrollTop;
  }, [scroller, following, count, height]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const scrolled = () => {
      const isUp = element.scrollTop < last.current - 2;
      const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - 8;
      last.current = element.scrollTop;
      if (isAtEnd) onFollow(true);
      else if (isUp) onFollow(false);
    };
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => element.removeEventListener("scroll", scrolled);
  }, [scroller, onFollow]);
}
