/** The lines that an address means: `#L12` or `#L12-L20`. */

export interface LineRange {
  first: number;
  last: number;
}

const HASH = /^#L(\d+)(?:-L(\d+))?$/;

/** The lines of an address's hash, null for any other hash. */
export function linesOf(hash: string): LineRange | null {
  const found = HASH.exec(hash);
  if (!found) return null;
  const [one, other] = [Number(found[1]), Number(found[2] ?? found[1])];
  return { first: Math.min(one, other), last: Math.max(one, other) };
}

/** The hash for some lines. */
export function hashOf({ first, last }: LineRange): string {
  return first === last ? `#L${first}` : `#L${first}-L${last}`;
}

/** The lines after a click on a line's number; with Shift they reach from those chosen before. */
export function extended(range: LineRange | null, line: number, isShift: boolean): LineRange {
  if (!range || !isShift) return { first: line, last: line };
  return { first: Math.min(range.first, line), last: Math.max(range.first, line) };
}
