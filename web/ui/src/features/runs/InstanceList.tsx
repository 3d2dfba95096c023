import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorBox } from "@/components/ErrorBox";
import { SkeletonLines } from "@/components/QueryView";
import { useText } from "@/i18n";
import { StateSelect } from "@/states/StateSelect";
import { SEVERITY } from "@/states/states";
import { useBulk } from "../bulk/useBulk";
import { useTaskActions } from "../bulk/useTaskActions";
import { WhyWaits } from "../holds/WhyWaits";
import classes from "./InstanceList.module.css";
import { type InstanceColumn, useInstanceColumns } from "./instanceColumns";
import { keyOf, nameOf } from "./names";
import { inOrder, placesOf } from "./order";
import { useInstances, useRowsOfRun } from "./queries";

interface InstanceListProps {
  dagId: string;
  runId: string;
  /** The mapped task whose instances are listed; null: all tasks of the run. */
  taskId: string | null;
  /** What is said when there are none: why the run waits. */
  why?: string;
  /** Beside the Grid: state and duration alone. */
  isSmall?: boolean;
}

/** Task instances of a run or of a mapped task: filter by state, more by paging, many changed at once. */
export function InstanceList({ dagId, runId, taskId, why, isSmall = false }: InstanceListProps) {
  const t = useText();
  const [state, setState] = useState("");
  const query = useInstances(dagId, runId, taskId, state);
  const { data: order } = useRowsOfRun(dagId, runId, taskId === null);
  const rows = useMemo(() => {
    const instances = query.data?.pages.flatMap((page) => page.task_instances) ?? [];
    return order ? inOrder(instances, placesOf(order)) : instances;
  }, [query.data, order]);
  const columns = useInstanceColumns(columnsFor(taskId !== null, isSmall));
  const bulk = useBulk({ rows, columns, keyOf, nameOf, actions: useTaskActions() });
  return (
    <div className={classes.list}>
      <StateSelect label={t("task.filterState")} states={SEVERITY} value={state} onChange={setState} />
      {query.isError && <ErrorBox error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <SkeletonLines count={4} />}
      {query.data && rows.length === 0 && (
        <EmptyState title={state ? t("empty.filtered") : t("task.noInstances")}>
          {!state &&
            (why ? (
              <WhyWaits why={why} target={{ dagId, runId, taskId: taskId ?? "" }} />
            ) : (
              t("task.noInstances.words")
            ))}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          rows={rows}
          columns={isSmall ? columns : bulk.columns}
          rowKey={keyOf}
          rowHeight={36}
          label={t("task.instances")}
          footer={
            query.hasNextPage && (
              <Button
                size="xs"
                variant="subtle"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t("action.more")}
              </Button>
            )
          }
        />
      )}
      {!isSmall && bulk.bar}
    </div>
  );
}

const STATE = { id: "state", width: "10.5rem" } as const;
const REST = [
  STATE,
  { id: "duration" },
  { id: "try" },
  { id: "start", width: "10rem" },
  { id: "queue" },
  { id: "why" },
] as const;

/** What a run lists of its tasks, and a mapped task of its instances; the small ones stand beside the Grid. */
const COLUMNS = {
  tasks: [{ id: "task", width: "minmax(9rem, 2fr)" }, ...REST],
  instances: [{ id: "index" }, ...REST],
  smallTasks: [{ id: "task", width: "minmax(5rem, 1fr)" }, STATE, { id: "duration" }],
  smallInstances: [{ id: "index", width: "minmax(5rem, 1fr)" }, STATE, { id: "duration" }],
} satisfies Record<string, readonly InstanceColumn[]>;

function columnsFor(isMapped: boolean, isSmall: boolean): readonly InstanceColumn[] {
  if (isMapped) return isSmall ? COLUMNS.smallInstances : COLUMNS.instances;
  return isSmall ? COLUMNS.smallTasks : COLUMNS.tasks;
}
