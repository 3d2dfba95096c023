/** What the Grid remembers in this browser: folded groups of each DAG, and the size of cells. */

import { useCallback, useState } from "react";

const KEY = "headway.grid";
const MOST_DAGS = 200;

export type Density = "compact" | "normal" | "roomy";

interface Memory {
  density: Density;
  /** Folded groups by DAG; the DAG looked at last stands last. */
  folded: [dagId: string, groups: string[]][];
}

function stored(): Memory {
  try {
    return { density: "normal", folded: [], ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Memory>) };
  } catch {
    return { density: "normal", folded: [] };
  }
}

function keep(change: (memory: Memory) => Memory): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(change(stored())));
  } catch {
    // private windows may refuse: then it holds until the page is left
  }
}

/** The folded groups of a DAG, and how to change them. */
export function useFolded(dagId: string): [ReadonlySet<string>, (next: ReadonlySet<string>) => void] {
  const [state, setState] = useState(() => ({ dagId, folded: foldedOf(dagId) }));
  const current = state.dagId === dagId ? state.folded : foldedOf(dagId);
  const set = useCallback(
    (next: ReadonlySet<string>) => {
      setState({ dagId, folded: next });
      keep((memory) => {
        const others = memory.folded.filter(([id]) => id !== dagId).slice(1 - MOST_DAGS);
        return { ...memory, folded: next.size > 0 ? [...others, [dagId, [...next]]] : others };
      });
    },
    [dagId],
  );
  return [current, set];
}

function foldedOf(dagId: string): ReadonlySet<string> {
  return new Set(stored().folded.find(([id]) => id === dagId)?.[1] ?? []);
}

/** How large the cells are. */
export function useDensity(): [Density, (next: Density) => void] {
  const [density, setState] = useState(() => stored().density);
  const set = useCallback((next: Density) => {
    setState(next);
    keep((memory) => ({ ...memory, density: next }));
  }, []);
  return [density, set];
}
