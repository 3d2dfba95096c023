import { MessageSquareText } from "lucide-react";
import { Link } from "react-router";
import type { DagRun } from "@/api/dagTypes";
import type { Column } from "@/components/DataTable";
import { SortHead } from "@/components/SortHead";
import { directionOf } from "@/components/sorting";
import { type MessageKey, useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { Duration, Time } from "@/time/Time";
import { dagAddress, runAddress } from "../runs/addresses";
import { HeldBadge } from "../runs/HeldBadge";
import type { RunOrder } from "./orders";
import classes from "./RunList.module.css";
import { TaskCounts } from "./TaskCounts";

interface RunColumnsOptions {
  /** The runs of all DAGs: each names its own. */
  isOverAll: boolean;
  /** They are those of one DAG: more orders are there. */
  isOneDag: boolean;
  order: RunOrder;
  onOrder: (order: RunOrder) => void;
}

/** The columns of a list of runs. */
export function useRunColumns({ isOverAll, isOneDag, order, onOrder }: RunColumnsOptions): Column<DagRun>[] {
  const t = useText();
  const sortable = (label: string, first: RunOrder, isThere = isOneDag) =>
    isThere
      ? {
          header: <SortHead label={label} first={first} order={order} onChange={onOrder} />,
          sorted: directionOf(order, first),
        }
      : { header: label };
  const dag: Column<DagRun> = {
    id: "dag",
    header: t("dags.column.name"),
    width: "minmax(7rem, 1.2fr)",
    cell: (run) => <DagCell dagId={run.dag_id} />,
  };
  const own: Column<DagRun>[] = [
    { id: "id", header: t("runs.column.id"), width: "minmax(9rem, 2fr)", cell: (run) => <IdCell run={run} /> },
    { id: "state", header: t("runs.column.state"), width: "7.25rem", cell: (run) => <StateCell run={run} /> },
    {
      id: "type",
      header: t("runs.column.type"),
      width: "5.5rem",
      wideOnly: true,
      cell: (run) => t(`runs.type.${run.run_type}` as MessageKey),
    },
    {
      id: "logical",
      ...sortable(t("runs.column.logical"), "-logical_date"),
      width: "7.25rem",
      wideOnly: true,
      cell: (run) => <Time at={run.logical_date} as="short" none="–" />,
    },
    {
      id: "after",
      ...sortable(t("runs.column.after"), "-run_after", true),
      width: "7.25rem",
      wideOnly: true,
      cell: (run) => <Time at={run.run_after} as="short" />,
    },
    {
      id: "start",
      ...sortable(t("runs.column.start"), "-start_date"),
      width: "6.5rem",
      wideOnly: true,
      cell: (run) => <Time at={run.start_date} as="relative" none="–" />,
    },
    {
      id: "duration",
      header: t("runs.column.duration"),
      width: "5.25rem",
      align: "right",
      cell: (run) => <Duration seconds={run.end_date ? run.duration : null} since={run.start_date} />,
    },
    {
      id: "tasks",
      header: t("runs.column.tasks"),
      width: "minmax(6rem, 1fr)",
      wideOnly: true,
      cell: (run) => <TaskCounts counts={run.task_counts} />,
    },
  ];
  return isOverAll ? [dag, ...own] : own;
}

/** The DAG that a row of a list over all of them belongs to. */
export function DagCell({ dagId }: { dagId: string }) {
  return (
    <span className={classes.id}>
      <Link to={dagAddress(dagId, "grid")} title={dagId}>
        {dagId}
      </Link>
    </span>
  );
}

function StateCell({ run }: { run: DagRun }) {
  return (
    <span className={classes.state}>
      <StateBadge state={run.state} />
      <HeldBadge hold={run.hold} />
    </span>
  );
}

function IdCell({ run }: { run: DagRun }) {
  return (
    <span className={classes.id}>
      <Link to={runAddress(run.dag_id, run.dag_run_id)} title={run.dag_run_id}>
        {run.dag_run_id}
      </Link>
      {run.note && (
        <span title={run.note} role="img" aria-label={run.note}>
          <MessageSquareText size={14} />
        </span>
      )}
    </span>
  );
}
