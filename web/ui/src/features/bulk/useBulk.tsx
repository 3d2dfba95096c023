import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useMemo } from "react";
import { keys } from "@/api/keys";
import { useMay } from "@/api/session";
import type { Column } from "@/components/DataTable";
import { refreshDag } from "../actions/changes";
import { type BulkAction, BulkBar } from "./BulkBar";
import { useChoice } from "./choice";
import { useChoiceColumn } from "./choiceColumn";

interface BulkOptions<T> {
  rows: readonly T[];
  columns: Column<T>[];
  /** These two must stay the same functions. */
  keyOf: (row: T) => string;
  nameOf: (row: T) => string;
  actions: readonly BulkAction<T>[];
}

/** The columns of a list with one to choose rows in, and the bar that acts on them; for viewers only the columns. */
export function useBulk<T extends { dag_id: string }>({
  rows,
  columns,
  keyOf,
  nameOf,
  actions,
}: BulkOptions<T>): {
  columns: Column<T>[];
  bar: ReactNode;
} {
  const may = useMay("operator");
  const choice = useChoice(useMemo(() => rows.map(keyOf), [rows, keyOf]));
  const column = useChoiceColumn({ choice, keyOf, nameOf });
  const client = useQueryClient();
  const refresh = useCallback(
    (done: readonly T[]) => {
      for (const dagId of new Set(done.map((row) => row.dag_id))) refreshDag(client, dagId);
      void client.invalidateQueries({ queryKey: keys.operating() });
    },
    [client],
  );
  const withChoice = useMemo(() => [column, ...columns], [column, columns]);
  if (!may) return { columns, bar: null };
  return { columns: withChoice, bar: <BulkBar {...{ choice, rows, keyOf, nameOf, actions }} onDone={refresh} /> };
}
