/** Links to lines: `#L120`, `#L120-L140`. */

export interface LineRange {
  from: number;
  to: number;
}

/** The lines that a hash names; null for any other hash. */
export function linesOf(hash: string): LineRange | null {
  const found = /^#L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(hash);
  if (!found) return null;
  const [one, other] = [Number(found[1]), Number(found[2] ?? found[1])];
  return one === 0 ? null : { from: Math.min(one, other), to: Math.max(one, other) };
}

/** The hash that names these lines. */
export function hashOf({ from, to }: LineRange): string {
  return from === to ? `#L${from}` : `#L${from}-L${to}`;
}

/** The range after a click on line `number`: alone, or up to it from what was chosen before. */
export function chosen(before: LineRange | null, number: number, extend: boolean): LineRange {
  if (!extend || before === null) return { from: number, to: number };
  return { from: Math.min(before.from, number), to: Math.max(before.from, number) };
}
