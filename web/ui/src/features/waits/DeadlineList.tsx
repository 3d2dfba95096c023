import { AlarmClock } from "lucide-react";
import { Link } from "react-router";
import { keys } from "@/api/keys";
import type { Deadline, DeadlinePage } from "@/api/operatingTypes";
import { useList } from "@/api/useList";
import type { Column } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ListView } from "@/components/ListView";
import { useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { Time } from "@/time/Time";
import { instanceAddress, runAddress } from "../runs/addresses";
import type { DeadlineState } from "./names";
import classes from "./Waits.module.css";

const rows = ({ deadlines }: DeadlinePage) => deadlines;

/** The deadlines in one state. */
export function DeadlineList({ state, dagId }: { state: DeadlineState; dagId: string }) {
  const t = useText();
  const list = useList<Deadline, DeadlinePage>({
    queryKey: keys.operating("deadlines", state, dagId),
    resource: "/deadlines",
    query: { state, dag_id: dagId },
    rows,
  });
  const columns: Column<Deadline>[] = [
    { id: "run", header: t("deadlines.run"), width: "minmax(8rem, 1.6fr)", cell: (one) => <RunCell one={one} /> },
    { id: "task", header: t("deadlines.task"), width: "minmax(6rem, 1fr)", cell: (one) => <TaskCell one={one} /> },
    {
      id: "due",
      header: t("deadlines.due"),
      width: "10.5rem",
      cell: ({ due }) => (
        <div className={classes.two}>
          <Time at={due} as="relative" />
          <div className={classes.dim}>
            <Time at={due} />
          </div>
        </div>
      ),
    },
    ...(state === "waiting" ? [] : [noticed(t("deadlines.noticed"))]),
    {
      id: "state",
      header: t("deadlines.runState"),
      width: "8.5rem",
      wideOnly: true,
      cell: (one) => <StateBadge state={one.dag_run_state} />,
    },
  ];
  return (
    <ListView
      list={list}
      columns={columns}
      rowKey={(one) => [one.dag_id, one.dag_run_id, one.task_id, one.name, one.due].join("\n")}
      label={t(`deadlines.${state}`)}
      empty={
        <EmptyState icon={AlarmClock} title={t(`deadlines.none.${state}`)}>
          {state === "missed" && <div>{t("deadlines.none.fine")}</div>}
          {t("deadlines.none.remedy")}
        </EmptyState>
      }
    />
  );
}

const noticed = (header: string): Column<Deadline> => ({
  id: "noticed",
  header,
  width: "10.5rem",
  wideOnly: true,
  cell: (one) => <Time at={one.noticed_at} />,
});

function RunCell({ one }: { one: Deadline }) {
  return (
    <div className={classes.two}>
      {one.dag_id}
      <div className={classes.dim}>
        <Link to={runAddress(one.dag_id, one.dag_run_id)}>{one.dag_run_id}</Link>
      </div>
    </div>
  );
}

function TaskCell({ one }: { one: Deadline }) {
  const t = useText();
  const { dag_id: dagId, dag_run_id: runId, task_id: taskId } = one;
  return (
    <div className={classes.two}>
      {taskId ? (
        <Link to={instanceAddress({ dagId, runId, taskId, mapIndex: -1 })}>{taskId}</Link>
      ) : (
        <span className={classes.dim}>{t("deadlines.wholeRun")}</span>
      )}
      {one.name && one.name !== taskId && <div className={classes.dim}>{one.name}</div>}
    </div>
  );
}
