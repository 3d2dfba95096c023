import { useRef } from "react";
import type { Level, LogBuffer } from "./buffer";

interface Shown {
  buffer: LogBuffer;
  hidden: ReadonlySet<Level>;
  revision: number;
  indexes: number[];
  /** Lines of the buffer that were looked at. */
  seen: number;
}

/** The indexes of the lines whose level is shown. While the log grows only the new lines are looked at. */
export function useShown(buffer: LogBuffer, revision: number, hidden: ReadonlySet<Level>): readonly number[] {
  const kept = useRef<Shown | null>(null);
  const old = kept.current;
  if (old === null || old.buffer !== buffer || old.hidden !== hidden) {
    kept.current = { buffer, hidden, revision, indexes: buffer.shown(hidden), seen: buffer.length };
  } else if (old.revision !== revision) {
    kept.current = grown(old, revision);
  }
  return kept.current?.indexes ?? [];
}

/** The last line seen may have gone on, and have another level now. */
function grown(old: Shown, revision: number): Shown {
  const { buffer, hidden } = old;
  const from = Math.max(0, old.seen - 1);
  const indexes = old.indexes.at(-1) === from ? old.indexes.slice(0, -1) : old.indexes.slice();
  for (const index of buffer.shown(hidden, from)) indexes.push(index);
  return { buffer, hidden, revision, indexes, seen: buffer.length };
}
