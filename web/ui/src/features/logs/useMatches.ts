import { useEffect, useState } from "react";
import type { LogBuffer } from "./buffer";
import { matcher, matchesAmong } from "./search";

const SLICE = 5_000; // lines looked at before the page may draw again

/** The lines that have the query in them, found slice by slice; more come as the log grows. */
export function useMatches(buffer: LogBuffer, shown: readonly number[], query: string): readonly number[] {
  const [matches, setMatches] = useState<readonly number[]>([]);
  useEffect(() => {
    const pattern = matcher(query);
    if (pattern === null) {
      setMatches([]);
      return;
    }
    let timer: ReturnType<typeof setTimeout>;
    const found: number[] = [];
    const look = (from: number) => {
      found.push(...matchesAmong(shown, (index) => buffer.textOf(index), pattern, from, from + SLICE));
      if (from + SLICE < shown.length) timer = setTimeout(() => look(from + SLICE), 0);
      else setMatches(found);
    };
    timer = setTimeout(() => look(0), 80);
    return () => clearTimeout(timer);
  }, [buffer, shown, query]);
  return matches;
}
