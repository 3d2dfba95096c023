import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { List } from "../api/useList";
import { useText } from "../i18n";
import { type Column, DataTable } from "./DataTable";
import { EmptyState } from "./EmptyState";
import { ErrorBox } from "./ErrorBox";
import { SkeletonLines } from "./QueryView";

interface ListViewProps<T> {
  list: List<T>;
  columns: readonly Column<T>[];
  rowKey: (row: T) => string;
  label: string;
  /** What stands there when there are no rows. */
  empty: ReactNode;
}

/** A list of the API as a table, with everything that can stand in its place: awaited, failed, empty; and a button for more. */
export function ListView<T>({ list: { list, rows }, columns, rowKey, label, empty }: ListViewProps<T>) {
  const t = useText();
  if (list.isPending) return <SkeletonLines />;
  if (list.isError && rows.length === 0) return <ErrorBox error={list.error} onRetry={() => void list.refetch()} />;
  if (rows.length === 0 && !list.hasNextPage) return empty;
  return (
    <>
      {rows.length === 0 && !list.isFetching && <EmptyState title={t("empty.soFar")} />}
      {rows.length > 0 && <DataTable rows={rows} columns={columns} rowKey={rowKey} label={label} />}
      {list.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          mt="sm"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t("action.more")}
        </Button>
      )}
    </>
  );
}
