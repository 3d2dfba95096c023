import { Link } from "react-router";
import type { TaskInstance } from "@/api/runTypes";
import type { Column } from "@/components/DataTable";
import { useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { Duration, Time } from "@/time/Time";
import { DagCell } from "../dagRuns/columns";
import classes from "../dagRuns/RunList.module.css";
import { instanceAddress, runAddress } from "../runs/addresses";
import { HeldBadge } from "../runs/HeldBadge";
import { nameOf, refOf } from "../runs/names";
import { triesOf } from "../runs/tries";

/** The columns of a list of task instances over many runs. */
export function useTaskColumns(): Column<TaskInstance>[] {
  const t = useText();
  return [
    {
      id: "task",
      header: t("task.task"),
      width: "minmax(8rem, 1.4fr)",
      cell: (row) => (
        <span className={classes.id}>
          <Link to={instanceAddress(refOf(row), row.state === "failed" ? "logs" : "")} title={row.task_id}>
            {nameOf(row)}
          </Link>
        </span>
      ),
    },
    {
      id: "state",
      header: t("task.state"),
      width: "9rem",
      cell: (row) => (
        <span className={classes.state}>
          <StateBadge state={row.state} />
          <HeldBadge hold={row.hold} />
        </span>
      ),
    },
    {
      id: "dag",
      header: t("dags.column.name"),
      width: "minmax(7rem, 1.2fr)",
      cell: (row) => <DagCell dagId={row.dag_id} />,
    },
    {
      id: "run",
      header: t("runs.column.id"),
      width: "minmax(8rem, 1.6fr)",
      wideOnly: true,
      cell: (row) => (
        <span className={classes.id}>
          <Link to={runAddress(row.dag_id, row.dag_run_id)} title={row.dag_run_id}>
            {row.dag_run_id}
          </Link>
        </span>
      ),
    },
    {
      id: "duration",
      header: t("task.duration"),
      width: "6rem",
      align: "right",
      wideOnly: true,
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
      width: "4.5rem",
      align: "right",
      wideOnly: true,
      cell: (row) => {
        const tries = triesOf(row);
        return tries ? `${tries.n} / ${tries.of}` : "–";
      },
    },
    {
      id: "start",
      header: t("task.startedAt"),
      width: "7rem",
      wideOnly: true,
      cell: (row) => <Time at={row.start_date} as="short" none="–" />,
    },
    { id: "queue", header: t("task.queue"), width: "6.5rem", wideOnly: true, cell: (row) => row.queue },
    {
      id: "error",
      header: t("tasks.error"),
      width: "minmax(7rem, 1.6fr)",
      wideOnly: true,
      cell: (row) => (
        <span className={classes.error} title={row.error ?? ""}>
          {row.error}
        </span>
      ),
    },
  ];
}
