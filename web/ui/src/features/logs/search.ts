/** Finding text in a log: which lines have it, and where in a line. Case does not matter; nothing is a pattern. */

import type { Span } from "./ansi";

/** Half-open, in characters of the line's plain text. */
export interface Range {
  from: number;
  to: number;
}

/** A test for `query` that is fast on many lines; null when there is nothing to look for. */
export function matcher(query: string): RegExp | null {
  if (query === "") return null;
  return new RegExp(query.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"), "gi");
}

/** Every place of a match in `text`. */
export function rangesIn(text: string, pattern: RegExp): Range[] {
  return Array.from(text.matchAll(pattern), (found) => ({ from: found.index, to: found.index + found[0].length }));
}

/** Of `indexes[from..to]`, those whose text matches; the caller takes a slice at a time so that the page stays alive. */
export function matchesAmong(
  indexes: readonly number[],
  textOf: (index: number) => string,
  pattern: RegExp,
  from: number,
  to: number,
): number[] {
  const found: number[] = [];
  for (let at = from; at < Math.min(to, indexes.length); at += 1) {
    const index = indexes[at];
    pattern.lastIndex = 0;
    if (index !== undefined && pattern.test(textOf(index))) found.push(index);
  }
  return found;
}

/** The place in `matches` (ascending line indexes) to go to from line `current`, round the end and back. */
export function stepped(matches: readonly number[], current: number, direction: 1 | -1): number | null {
  if (matches.length === 0) return null;
  if (direction === 1) return matches.find((index) => index > current) ?? matches[0] ?? null;
  return [...matches].reverse().find((index) => index < current) ?? matches[matches.length - 1] ?? null;
}

export interface Piece extends Span {
  isMatch: boolean;
}

/** The spans of a line cut at the borders of `ranges`, so that a match may begin in one colour and end in another. */
export function cutAt(spans: readonly Span[], ranges: readonly Range[]): Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  for (const span of spans) {
    const end = offset + span.text.length;
    const borders = ranges.flatMap(({ from, to }) => [from, to]).filter((border) => border > offset && border < end);
    const cuts = [offset, ...new Set(borders.sort((a, b) => a - b)), end];
    for (let at = 0; at + 1 < cuts.length; at += 1) {
      const [from, to] = [cuts[at] ?? offset, cuts[at + 1] ?? end];
      const isMatch = ranges.some((range) => range.from <= from && to <= range.to);
      pieces.push({ text: span.text.slice(from - offset, to - offset), look: span.look, isMatch });
    }
    offset = end;
  }
  return pieces;
}
