import { useMemo, useRef, useState } from "react";
import { ancestors, groupKey, parentsOf, type Structure } from "./model";

/** Larger DAGs open with their groups folded. */
const FOLD_FROM = 120;

/** Which groups are folded. What is chosen is never hidden in one. */
export function useFolding(structure: Structure | null, chosen: string | null) {
  const all = useMemo(() => new Set(structure?.groups.map((group) => groupKey(group.group_id))), [structure]);
  const parents = useMemo(() => (structure ? parentsOf(structure) : new Map<string, string>()), [structure]);
  const [own, setOwn] = useState<ReadonlySet<string> | null>(null);
  const [anchor, setAnchor] = useState<string | null>(null);

  const start = useRef(chosen).current;
  const first = useMemo(() => {
    const big = structure && structure.tasks.length >= FOLD_FROM ? all : new Set<string>();
    const above = start ? ancestors(parents, start) : [];
    return new Set([...big].filter((group) => !above.includes(group)));
  }, [structure, all, parents, start]);
  const folded = own ?? first;

  const change = (next: ReadonlySet<string>, at: string | null) => {
    setAnchor(at);
    setOwn(next);
  };
  const fold = (key: string) => {
    const next = new Set(folded);
    if (!next.delete(key)) next.add(key);
    change(next, key);
  };
  const foldAll = (isFolded: boolean) => change(isFolded ? all : new Set(), null);
  const reveal = (id: string) => {
    const above = ancestors(parents, id).filter((group) => folded.has(group));
    if (above.length) change(new Set([...folded].filter((group) => !above.includes(group))), above.at(-1) ?? null);
  };
  return { folded, anchor, fold, foldAll, reveal };
}
