import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { TaskInstance } from "@/api/runTypes";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorBox } from "@/components/ErrorBox";
import { SkeletonLines } from "@/components/QueryView";
import { useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { StateSelect } from "@/states/StateSelect";
import { SEVERITY } from "@/states/states";
import { Duration, Time } from "@/time/Time";
import { instanceAddress } from "./addresses";
import { HeldBadge } from "./HeldBadge";
import classes from "./InstanceList.module.css";
import { nameOf, refOf } from "./names";
import { inOrder, placesOf } from "./order";
import { useInstances, useRowsOfRun } from "./queries";
import { triesOf } from "./tries";

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

/** Task instances of a run or of a mapped task: filter by state, more by paging. */
export function InstanceList({ dagId, runId, taskId, why, isSmall = false }: InstanceListProps) {
  const t = useText();
  const [state, setState] = useState("");
  const query = useInstances(dagId, runId, taskId, state);
  const { data: order } = useRowsOfRun(dagId, runId, taskId === null);
  const rows = useMemo(() => {
    const instances = query.data?.pages.flatMap((page) => page.task_instances) ?? [];
    return order ? inOrder(instances, placesOf(order)) : instances;
  }, [query.data, order]);
  const columns = useColumns(taskId !== null, isSmall);
  return (
    <div className={classes.list}>
      <StateSelect label={t("task.filterState")} states={SEVERITY} value={state} onChange={setState} />
      {query.isError && <ErrorBox error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <SkeletonLines count={4} />}
      {query.data && rows.length === 0 && (
        <EmptyState title={state ? t("empty.filtered") : t("task.noInstances")}>
          {state ? null : why || t("task.noInstances.words")}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          rows={rows}
          columns={columns}
          rowKey={(row) => `${row.task_id}:${row.map_index}`}
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
    </div>
  );
}

function useColumns(isMapped: boolean, isSmall: boolean): Column<TaskInstance>[] {
  const t = useText();
  const columns: (Column<TaskInstance> & { big?: boolean })[] = [
    {
      id: "task",
      header: isMapped ? t("task.mapIndex") : t("task.task"),
      width: isSmall ? "minmax(5rem, 1fr)" : "minmax(9rem, 2fr)",
      cell: (row) => <Link to={instanceAddress(refOf(row))}>{isMapped ? indexOf(row) : nameOf(row)}</Link>,
    },
    {
      id: "state",
      header: t("task.state"),
      width: "10.5rem",
      cell: (row) => (
        <span className={classes.state}>
          <StateBadge state={row.state} />
          <HeldBadge hold={row.hold} />
        </span>
      ),
    },
    {
      id: "duration",
      header: t("task.duration"),
      width: "6rem",
      align: "right",
      cell: (row) => (
        <Duration
          seconds={row.state === "running" ? null : row.duration}
          since={row.state === "running" ? row.start_date : null}
        />
      ),
    },
    {
      id: "try",
      header: t("task.try"),
      width: "5rem",
      align: "right",
      big: true,
      cell: (row) => {
        const tries = triesOf(row);
        return tries ? `${tries.n} / ${tries.of}` : "–";
      },
    },
    {
      id: "start",
      header: t("task.startedAt"),
      width: "10rem",
      big: true,
      wideOnly: true,
      cell: (row) => <Time at={row.start_date} as="short" none="–" />,
    },
    { id: "queue", header: t("task.queue"), width: "7rem", big: true, wideOnly: true, cell: (row) => row.queue },
    {
      id: "why",
      header: t("task.why"),
      width: "minmax(8rem, 3fr)",
      big: true,
      wideOnly: true,
      cell: (row) => <span className={classes.why}>{row.why}</span>,
    },
  ];
  return columns.filter(({ big }) => !(isSmall && big));
}

const indexOf = ({ map_index: index, rendered_map_index: name }: TaskInstance): string =>
  name === null ? String(index) : `${index} · ${name}`;
