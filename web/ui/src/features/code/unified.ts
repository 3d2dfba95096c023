/** A unified diff, read into rows that a table can show. */

export type RowKind = "same" | "added" | "removed" | "gap";

/** A line of the diff with its numbers in both files; `gap` rows stand for lines that were left out. */
export interface Row {
  kind: RowKind;
  before: number | null;
  after: number | null;
  text: string;
}

/** Two sides of one row of a diff side by side; null where the other side has more lines. */
export interface Pair {
  left: Row | null;
  right: Row | null;
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** The rows of a unified diff; what stands before the first hunk (file names) is passed over. */
export function rowsOf(unified: string): Row[] {
  const rows: Row[] = [];
  let [before, after, leftBefore, leftAfter] = [1, 1, 0, 0];
  for (const line of unified.split("\n")) {
    const hunk = leftBefore + leftAfter > 0 ? null : HUNK.exec(line);
    if (hunk) {
      const start = Number(hunk[1]);
      leftBefore = Number(hunk[2] ?? 1);
      leftAfter = Number(hunk[4] ?? 1);
      const next = leftBefore ? start : start + 1;
      if (next > before) rows.push({ kind: "gap", before: null, after: null, text: String(next - before) });
      before = next;
      after = Number(hunk[3]) + (leftAfter ? 0 : 1);
    } else if (leftBefore + leftAfter > 0 && line[0] !== "\\") {
      const row = rowOf(line, before, after);
      rows.push(row);
      if (row.before !== null) [before, leftBefore] = [before + 1, leftBefore - 1];
      if (row.after !== null) [after, leftAfter] = [after + 1, leftAfter - 1];
    }
  }
  return rows;
}

function rowOf(line: string, before: number, after: number): Row {
  const text = line.slice(1);
  if (line[0] === "+") return { kind: "added", before: null, after, text };
  if (line[0] === "-") return { kind: "removed", before, after: null, text };
  return { kind: "same", before, after, text };
}

/** The rows side by side: removed lines face the added ones that follow them. */
export function pairsOf(rows: Row[]): Pair[] {
  const pairs: Pair[] = [];
  let removed: Row[] = [];
  let added: Row[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(removed.length, added.length); index++)
      pairs.push({ left: removed[index] ?? null, right: added[index] ?? null });
    [removed, added] = [[], []];
  };
  for (const row of rows) {
    if (row.kind === "removed") {
      if (added.length) flush();
      removed.push(row);
    } else if (row.kind === "added") added.push(row);
    else {
      flush();
      pairs.push({ left: row, right: row });
    }
  }
  flush();
  return pairs;
}

/** Where two versions of a line differ: the columns of each between their common start and common end. */
export function changedPart(before: string, after: string): { before: [number, number]; after: [number, number] } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { before: [start, before.length - end], after: [start, after.length - end] };
}

/** How many lines came and went. */
export function tally(rows: Row[]): { added: number; removed: number } {
  const count = (kind: RowKind) => rows.filter((row) => row.kind === kind).length;
  return { added: count("added"), removed: count("removed") };
}
