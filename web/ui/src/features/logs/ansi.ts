/**
 * ANSI colours as data. A line becomes spans of plain text with a look; nothing of it ever becomes markup.
 *
 * Understood: SGR (`ESC [ … m`) with the 16 colours, 256 colours and 24-bit colours, bold, dim, italic,
 * underline, inverse. Every other escape sequence and control character is left out.
 */

export interface Look {
  /** 0-15 for the terminal's own colours, or `#rrggbb`. */
  fg?: number | string;
  bg?: number | string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
}

export interface Span {
  text: string;
  look: Look;
}

const PLAIN: Look = Object.freeze({});
const CSI = String.raw`\x1b\[([0-9;:<=>?]*)[ -/]*([@-~])`;
const STRING = String.raw`\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)`; // OSC and its kin: titles, hyperlinks
const SHORT = String.raw`\x1b[ -/]*[0-~]?`;
const CONTROL = String.raw`[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]`;
const SEQUENCE = new RegExp(`${CSI}|${STRING}|${SHORT}|${CONTROL}`, "g");

/** The spans of one line, in order; none for an empty line. */
export function spansOf(line: string): Span[] {
  const spans: Span[] = [];
  let look = PLAIN;
  let from = 0;
  const push = (to: number) => {
    if (to > from) spans.push({ text: line.slice(from, to), look });
  };
  for (const found of line.matchAll(SEQUENCE)) {
    push(found.index);
    from = found.index + found[0].length;
    if (found[2] === "m") look = applied(look, found[1] ?? "");
  }
  push(line.length);
  return spans;
}

/** The line without escape sequences and control characters, as it is searched and copied. */
export function plain(line: string): string {
  return line.replace(SEQUENCE, "");
}

function applied(look: Look, parameters: string): Look {
  const codes = parameters.split(/[;:]/).map((code) => Number.parseInt(code || "0", 10));
  let next: Look = { ...look };
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes, at + 1);
      if (colour !== undefined) next = { ...next, [code === 38 ? "fg" : "bg"]: colour };
      at += used;
    } else {
      next = simple(next, code);
    }
  }
  return next;
}

function simple(look: Look, code: number): Look {
  if (code >= 30 && code <= 37) return { ...look, fg: code - 30 };
  if (code >= 40 && code <= 47) return { ...look, bg: code - 40 };
  if (code >= 90 && code <= 97) return { ...look, fg: code - 82 };
  if (code >= 100 && code <= 107) return { ...look, bg: code - 92 };
  return ATTRIBUTES[code]?.(look) ?? look;
}

const ATTRIBUTES: Record<number, (look: Look) => Look> = {
  0: () => PLAIN,
  1: (look) => ({ ...look, bold: true }),
  2: (look) => ({ ...look, dim: true }),
  3: (look) => ({ ...look, italic: true }),
  4: (look) => ({ ...look, underline: true }),
  7: (look) => ({ ...look, inverse: true }),
  22: ({ bold: _bold, dim: _dim, ...rest }) => rest,
  23: ({ italic: _italic, ...rest }) => rest,
  24: ({ underline: _underline, ...rest }) => rest,
  27: ({ inverse: _inverse, ...rest }) => rest,
  39: ({ fg: _fg, ...rest }) => rest,
  49: ({ bg: _bg, ...rest }) => rest,
};

/** A colour written as `5;n` or `2;r;g;b`, and how many codes it took. */
function extended(codes: number[], at: number): [number | string | undefined, number] {
  if (codes[at] === 5) return [indexed(codes[at + 1] ?? 0), 2];
  if (codes[at] === 2) return [hex(codes[at + 1] ?? 0, codes[at + 2] ?? 0, codes[at + 3] ?? 0), 4];
  return [undefined, 0];
}

const LEVELS = [0, 95, 135, 175, 215, 255];

function indexed(index: number): number | string | undefined {
  if (!(index >= 0 && index <= 255)) return undefined;
  if (index < 16) return index;
  if (index >= 232) return hex(8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10);
  const cube = index - 16;
  return hex(LEVELS[Math.floor(cube / 36)] ?? 0, LEVELS[Math.floor(cube / 6) % 6] ?? 0, LEVELS[cube % 6] ?? 0);
}

function hex(...channels: number[]): string {
  const byte = (value: number) =>
    Math.max(0, Math.min(255, value || 0))
      .toString(16)
      .padStart(2, "0");
  return `#${channels.map(byte).join("")}`;
}
