import { memo, useEffect, useRef } from "react";
import { useLocation, useNavigate } from "react-router";
import { useText } from "@/i18n";
import classes from "./Code.module.css";
import { extended, hashOf, type LineRange, linesOf } from "./lines";
import type { Word } from "./python";
import { Words } from "./Words";

interface ListingProps {
  lines: Word[][];
  label: string;
}

/** A file with numbered lines; the address's hash says which are marked. */
export function Listing({ lines, label }: ListingProps) {
  const { hash, search } = useLocation();
  const navigate = useNavigate();
  const range = linesOf(hash);
  const latest = useRef(range);
  latest.current = range;
  const frame = useRef<HTMLElement>(null);
  const first = range?.first ?? null;

  useEffect(() => {
    if (first === null || lines.length === 0) return;
    frame.current?.querySelector(`#L${first}`)?.scrollIntoView({ block: "center" });
  }, [first, lines]);

  const choose = (event: React.MouseEvent) => {
    const line = Number((event.target as HTMLElement).closest<HTMLElement>("[data-line]")?.dataset.line);
    if (!line) return;
    event.preventDefault();
    void navigate(
      { search, hash: hashOf(extended(latest.current, line, event.shiftKey)) },
      { replace: true, preventScrollReset: true },
    );
  };

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={frame} className={classes.listing} aria-label={label} tabIndex={0}>
      {/* biome-ignore lint/a11y: the line numbers in it are links; one handler serves them all */}
      <ol className={classes.lines} onClick={choose}>
        {lines.map((words, index) => (
          <Line key={index} number={index + 1} words={words} isMarked={isWithin(range, index + 1)} />
        ))}
      </ol>
    </section>
  );
}

const isWithin = (range: LineRange | null, line: number): boolean =>
  range !== null && line >= range.first && line <= range.last;

const Line = memo(function Line({ number, words, isMarked }: { number: number; words: Word[]; isMarked: boolean }) {
  const t = useText();
  return (
    <li id={`L${number}`} className={classes.row} data-chosen={isMarked || undefined}>
      <a
        href={`#L${number}`}
        className={classes.number}
        data-line={number}
        tabIndex={-1}
        aria-label={t("code.line", { line: String(number) })}
      >
        {number}
      </a>
      <code className={classes.text}>
        <Words words={words} />
      </code>
    </li>
  );
});
