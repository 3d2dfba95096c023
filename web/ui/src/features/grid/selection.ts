/** What is selected in the Grid; it stands in the address, so that it can be sent to others. */

import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

export interface Selection {
  run: string | null;
  /** A task's id, or a group's when `group`. */
  task: string | null;
  group: boolean;
}

/** The selection of the page, and how to change it; the rest of the address stays. */
export function useSelection(): [Selection, (next: Selection) => void] {
  const [search, setSearch] = useSearchParams();
  const [run, task, group] = [search.get("run"), search.get("task"), search.get("group")];
  const selection = useMemo<Selection>(() => ({ run, task: group ?? task, group: group !== null }), [run, task, group]);
  const select = useCallback(
    (next: Selection) =>
      setSearch(
        (old) => {
          const params = new URLSearchParams(old);
          for (const name of ["run", "task", "group"]) params.delete(name);
          if (next.run !== null) params.set("run", next.run);
          if (next.task !== null) params.set(next.group ? "group" : "task", next.task);
          return params;
        },
        { replace: true },
      ),
    [setSearch],
  );
  return [selection, select];
}
