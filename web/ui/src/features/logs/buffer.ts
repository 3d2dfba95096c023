/**
 * A log in memory: lines as they came, with the level of each, and counts by level.
 *
 * A worker writes every line as `[time] LABEL text`; LABEL is a logging level or the stream (`stdout`, `stderr`).
 * Lines of another form (cut marks, foreign stores) belong to `other`. Between the attempts of a try stand marks:
 * they are no lines of the log, so they have no number, and neither levels nor the search touch them.
 */

import { plain } from "./ansi";
import type { Mark } from "./attempts";

export const LEVELS = ["critical", "error", "warning", "info", "debug", "stdout", "stderr", "other"] as const;
export type Level = (typeof LEVELS)[number];

export interface Line {
  /** Counted from 1, in the whole log; 0 for a mark. */
  number: number;
  /** RFC 3339, or nothing when the line is not stamped. */
  time: string | null;
  level: Level;
  /** Without stamp and label; escape sequences still in it. */
  text: string;
  mark?: Mark;
}

const STAMPED = /^\[(\d{4}-\d\d-\d\dT[^\]\s]{8,40})\] ([A-Za-z]{1,12}) ?/;
const NAMES = new Map<string, Level>(
  Object.entries({
    CRITICAL: "critical",
    FATAL: "critical",
    ERROR: "error",
    WARNING: "warning",
    WARN: "warning",
    INFO: "info",
    DEBUG: "debug",
    stdout: "stdout",
    stderr: "stderr",
  }),
);

/** Takes apart one line as the worker wrote it. */
export function parseLine(raw: string, number: number): Line {
  const stamp = STAMPED.exec(raw);
  const level = NAMES.get(stamp?.[2] ?? "");
  if (!stamp || level === undefined) return { number, time: null, level: "other", text: raw };
  return { number, time: stamp[1] ?? null, level, text: raw.slice(stamp[0].length) };
}

/** Grows by `append`; a line that is not finished yet is shown and goes on with the next text. */
export class LogBuffer {
  private readonly raw: string[] = [];
  private readonly levels: Level[] = [];
  private isLastOpen = false;
  /** By the index at which each stands, in order. */
  private readonly marks = new Map<number, Mark>();
  readonly counts: Record<Level, number> = Object.fromEntries(LEVELS.map((level) => [level, 0])) as Record<
    Level,
    number
  >;

  get length(): number {
    return this.raw.length;
  }

  /** Add more of the log, cut anywhere. */
  append(text: string): void {
    if (text === "") return;
    const parts = ((this.isLastOpen ? this.takeLast() : "") + text).split("\n");
    const rest = parts.pop() ?? "";
    for (const part of parts) this.push(part);
    this.isLastOpen = rest !== "";
    if (this.isLastOpen) this.push(rest);
  }

  /** Where an attempt ends or another begins. */
  mark(mark: Mark): void {
    this.isLastOpen = false;
    this.marks.set(this.raw.length, mark);
    this.raw.push("");
    this.levels.push("other");
  }

  /** How many lines there are without the marks. */
  get lines(): number {
    return this.raw.length - this.marks.size;
  }

  /** What stands at `index`, counted from 0. */
  line(index: number): Line {
    const mark = this.marks.get(index);
    if (mark) return { number: 0, time: null, level: "other", text: "", mark };
    return parseLine(this.raw[index] ?? "", index + 1 - this.marksBefore(index));
  }

  /** Where line `number` stands. */
  indexOf(number: number): number {
    let index = number - 1;
    for (const at of this.marks.keys()) if (at <= index) index += 1;
    return index;
  }

  /** What is searched of line `index`. */
  textOf(index: number): string {
    return plain(this.line(index).text);
  }

  level(index: number): Level {
    return this.levels[index] ?? "other";
  }

  /** The indexes from `from` on whose level is shown, in order. */
  shown(hidden: ReadonlySet<Level>, from = 0): number[] {
    const found: number[] = [];
    for (let index = from; index < this.raw.length; index += 1)
      if (this.marks.has(index) || !hidden.has(this.level(index))) found.push(index);
    return found;
  }

  private marksBefore(index: number): number {
    let count = 0;
    for (const at of this.marks.keys()) if (at < index) count += 1;
    return count;
  }

  private push(raw: string): void {
    const { level } = parseLine(raw, 0);
    this.raw.push(raw.endsWith("\r") ? raw.slice(0, -1) : raw);
    this.levels.push(level);
    this.counts[level] += 1;
  }

  private takeLast(): string {
    const level = this.levels.pop();
    if (level !== undefined) this.counts[level] -= 1;
    return this.raw.pop() ?? "";
  }
}
