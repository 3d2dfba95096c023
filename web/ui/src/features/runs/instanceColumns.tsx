import { useMemo } from "react";
import { Link } from "react-router";
import type { TaskInstance } from "@/api/runTypes";
import { Advised } from "@/components/Advised";
import type { Column } from "@/components/DataTable";
import { type Translate, useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { Duration, Time } from "@/time/Time";
import { DagCell } from "../dagRuns/columns";
import classes from "../dagRuns/RunList.module.css";
import { instanceAddress, runAddress } from "./addresses";
import { HeldBadge } from "./HeldBadge";
import { nameOf, refOf } from "./names";
import { triesOf } from "./tries";

type Name = "task" | "index" | "state" | "dag" | "run" | "duration" | "try" | "start" | "queue" | "why";

/** A column that a list of task instances has, and where its place there is not the usual one. */
export type InstanceColumn = { id: Name } & Partial<Pick<Column<TaskInstance>, "width" | "wideOnly">>;

/** The columns of a list of task instances; `chosen` must stay the same object, then so do they. */
export function useInstanceColumns(chosen: readonly InstanceColumn[]): Column<TaskInstance>[] {
  const t = useText();
  return useMemo(() => {
    const all = columnsIn(t);
    return chosen.map((one) => ({ ...all[one.id], ...one }));
  }, [t, chosen]);
}

const columnsIn = (t: Translate): Record<Name, Omit<Column<TaskInstance>, "id">> => ({
  task: {
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
  index: {
    header: t("task.mapIndex"),
    width: "minmax(9rem, 2fr)",
    cell: (row) => (
      <span className={classes.id}>
        <Link to={instanceAddress(refOf(row))}>{indexOf(row)}</Link>
      </span>
    ),
  },
  state: {
    header: t("task.state"),
    width: "9rem",
    cell: (row) => (
      <span className={classes.state}>
        <StateBadge state={row.state} />
        <HeldBadge hold={row.hold} />
      </span>
    ),
  },
  dag: {
    header: t("dags.column.name"),
    width: "minmax(7rem, 1.2fr)",
    cell: (row) => <DagCell dagId={row.dag_id} />,
  },
  run: {
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
  duration: {
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
  try: {
    header: t("task.try"),
    width: "4.5rem",
    align: "right",
    cell: (row) => {
      const tries = triesOf(row);
      return tries ? `${tries.n} / ${tries.of}` : "–";
    },
  },
  start: {
    header: t("task.startedAt"),
    width: "7rem",
    wideOnly: true,
    cell: (row) => <Time at={row.start_date} as="short" none="–" />,
  },
  queue: { header: t("task.queue"), width: "6.5rem", wideOnly: true, cell: (row) => row.queue },
  why: {
    header: t("task.why"),
    width: "minmax(8rem, 3fr)",
    wideOnly: true,
    cell: ({ why }) => (
      <span className={classes.why} title={why}>
        {why && <Advised text={why} />}
      </span>
    ),
  },
});

const indexOf = ({ map_index: index, rendered_map_index: name }: TaskInstance): string =>
  name === null ? String(index) : `${index} · ${name}`;
