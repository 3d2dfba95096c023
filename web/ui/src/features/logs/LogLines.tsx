import { useElementSize } from "@mantine/hooks";
import { type Ref, type RefObject, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef } from "react";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import type { LineRange } from "./anchor";
import type { Level, LogBuffer } from "./buffer";
import { LogLine } from "./LogLine";
import classes from "./Logs.module.css";
import { useLineWindow } from "./useLineWindow";

export interface LogLinesHandle {
  /** Brings a line (counted from 0 in the whole log) into the middle. */
  reveal: (index: number) => void;
}

interface LogLinesProps {
  buffer: LogBuffer;
  /** Lines to show, in order. */
  shown: readonly number[];
  hidden: ReadonlySet<Level>;
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
  const { buffer, shown, hidden, pattern, current, chosen, wrap, showTimes, following, onFollow, onNumber, ref } =
    props;
  const t = useText();
  const { zone } = usePreferences();
  const scroller = useRef<HTMLElement>(null);
  const { ref: sized, width } = useElementSize();
  // With any of these other lines stand elsewhere, or are as high as never before.
  const key = useMemo(() => ({ buffer, hidden, wrap, showTimes, width }), [buffer, hidden, wrap, showTimes, width]);
  const { from, to, heights, reveal } = useLineWindow(scroller, shown.length, wrap, key);
  useImperativeHandle(
    ref,
    () => ({
      reveal: (index) => {
        const at = shown.indexOf(index);
        if (at >= 0) reveal(at);
      },
    }),
    [shown, reveal],
  );
  useFollowing(scroller, following, onFollow, heights.total);
  return (
    <section
      ref={scroller}
      className={classes.lines}
      data-wrap={wrap || undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={t("logs.label")}
    >
      <div ref={sized} className={classes.all} style={{ height: heights.total }}>
        {shown.slice(from, to).map((index, place) => {
          const line = buffer.line(index);
          const at = from + place;
          return (
            <div key={index} data-at={at} className={classes.place} style={{ top: heights.offsetOf(at) }}>
              <LogLine
                line={line}
                zone={zone}
                pattern={pattern}
                showTimes={showTimes}
                isChosen={chosen !== null && line.number >= chosen.from && line.number <= chosen.to}
                isCurrent={current === index}
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
  scroller: RefObject<HTMLElement | null>,
  following: boolean,
  onFollow: (following: boolean) => void,
  height: number,
): void {
  const last = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line and each measured height moves the end
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !following) return;
    element.scrollTop = element.scrollHeight;
    last.current = element.scrollTop;
  }, [scroller, following, height]);
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
