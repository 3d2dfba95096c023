/** A JSON value as the rows of a tree that folds. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One row: a value, or the beginning of a list or object (`size` entries) that may be `open`. */
export interface TreeRow {
  path: string;
  depth: number;
  key: string | null;
  value: Json;
  size: number | null;
  open: boolean;
  /** Stands for this many further entries that are not shown. */
  more: number;
}

/** Long lists are shown in parts of so many entries. */
export const PART = 100;

/** Whether an entry is open: what the reader chose, else the upper levels as far as they are small. */
export type Choice = ReadonlyMap<string, boolean>;

/** The rows to show. `shown` says how many entries of a long list or object the reader asked for. */
export function rowsOf(value: Json, choice: Choice, shown: ReadonlyMap<string, number> = new Map()): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (path: string, depth: number, key: string | null, each: Json) => {
    const entries = entriesOf(each);
    const size = entries ? entries.length : null;
    const open = entries !== null && (choice.get(path) ?? (depth < 2 && entries.length <= PART));
    rows.push({ path, depth, key, value: each, size, open, more: 0 });
    if (!open || !entries) return;
    const limit = shown.get(path) ?? PART;
    for (const [name, inner] of entries.slice(0, limit)) visit(`${path}/${escaped(name)}`, depth + 1, name, inner);
    if (entries.length > limit)
      rows.push({
        path: `${path}//more`,
        depth: depth + 1,
        key: null,
        value: null,
        size: null,
        open: false,
        more: entries.length - limit,
      });
  };
  visit("", 0, null, value);
  return rows;
}

function entriesOf(value: Json): [string, Json][] | null {
  if (Array.isArray(value)) return value.map((each, index) => [String(index), each]);
  return value !== null && typeof value === "object" ? Object.entries(value) : null;
}

/** All paths of lists and objects, to open or shut everything. */
export function branches(value: Json, path = ""): string[] {
  const entries = entriesOf(value);
  if (!entries) return [];
  return [path, ...entries.flatMap(([name, inner]) => branches(inner, `${path}/${escaped(name)}`))];
}

/** What JSON calls the value. */
export function typeOf(value: Json): "null" | "boolean" | "number" | "string" | "list" | "object" {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return typeof value as "boolean" | "number" | "string" | "object";
}

const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");
