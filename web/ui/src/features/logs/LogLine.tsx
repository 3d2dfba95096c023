import { type CSSProperties, memo } from "react";
import { useText } from "@/i18n";
import type { Zone } from "@/preferences/store";
import { momentParts } from "@/time/format";
import { type Look, spansOf } from "./ansi";
import { type Mark, markText } from "./attempts";
import type { Line } from "./buffer";
import "@/theme/ansi.css";
import classes from "./Logs.module.css";
import { cutAt, rangesIn } from "./search";

interface LogLineProps {
  line: Line;
  zone: Zone;
  pattern: RegExp | null;
  showTimes: boolean;
  isChosen: boolean;
  isCurrent: boolean;
  onNumber: (number: number, extend: boolean) => void;
}

/** One line of a log. Whatever a task printed is text here: spans with a colour at most. */
export const LogLine = memo(
  function LogLine({ line, zone, pattern, showTimes, isChosen, isCurrent, onNumber }: LogLineProps) {
    if (line.mark) return <MarkLine mark={line.mark} zone={zone} />;
    return (
      <div
        className={classes.line}
        data-level={line.level}
        data-chosen={isChosen || undefined}
        data-current={isCurrent || undefined}
      >
        <button
          type="button"
          className={classes.number}
          tabIndex={-1}
          onClick={(event) => onNumber(line.number, event.shiftKey)}
        >
          {line.number}
        </button>
        {showTimes && <span className={classes.time}>{line.time && clockOf(line.time, zone)}</span>}
        <span className={classes.level}>{line.level === "other" ? "" : line.level}</span>
        <span className={classes.text}>{piecesOf(line.text, pattern)}</span>
      </div>
    );
  },
  (a, b) =>
    a.line.mark === b.line.mark &&
    a.line.text === b.line.text &&
    a.line.number === b.line.number &&
    a.zone === b.zone &&
    a.pattern === b.pattern &&
    a.showTimes === b.showTimes &&
    a.isChosen === b.isChosen &&
    a.isCurrent === b.isCurrent,
);

/** Between two attempts, in the words of the command line. */
function MarkLine({ mark, zone }: { mark: Mark; zone: Zone }) {
  const t = useText();
  return <div className={classes.mark}>── {markText(mark, t, (at) => momentParts(new Date(at), zone).clock)} ──</div>;
}

function piecesOf(text: string, pattern: RegExp | null) {
  const spans = spansOf(text);
  const ranges = pattern === null ? [] : rangesIn(spans.map((span) => span.text).join(""), pattern);
  return cutAt(spans, ranges).map(({ text: part, look, isMatch }, at) => {
    if (isMatch) return <mark key={at}>{part}</mark>;
    const style = styleOf(look);
    return style === undefined ? (
      part
    ) : (
      <span key={at} style={style}>
        {part}
      </span>
    );
  });
}

const PLAIN = "var(--mantine-color-text)";

function styleOf(look: Look): CSSProperties | undefined {
  if (Object.keys(look).length === 0) return undefined;
  const [front, back] = [colourOf(look.fg), colourOf(look.bg)];
  const style: CSSProperties = {};
  const [color, background] = look.inverse ? [back ?? "var(--hw-surface)", front ?? PLAIN] : [front, back];
  if (color) style.color = color;
  if (background) style.background = background;
  if (look.bold) style.fontWeight = 700;
  if (look.dim) style.opacity = 0.65;
  if (look.italic) style.fontStyle = "italic";
  if (look.underline) style.textDecoration = "underline";
  return style;
}

function colourOf(colour: number | string | undefined): string | undefined {
  return typeof colour === "number" ? `var(--ansi-${colour})` : colour;
}

function clockOf(time: string, zone: Zone): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  return `${momentParts(at, zone).clock}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}
