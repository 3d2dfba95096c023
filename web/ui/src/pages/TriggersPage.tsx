import { Alert, Text as Words } from "@mantine/core";
import { Hourglass, TriangleAlert } from "lucide-react";
import { Link } from "react-router";
import { keys } from "@/api/keys";
import type { Trigger, TriggerPage } from "@/api/operatingTypes";
import { useList } from "@/api/useList";
import type { Column } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ListView } from "@/components/ListView";
import { AdminPage } from "@/features/admin/AdminPage";
import { DagSelect } from "@/features/backfills/DagSelect";
import { useDagFilter } from "@/features/backfills/useDagFilter";
import { instanceAddress, runAddress } from "@/features/runs/addresses";
import { kindOf } from "@/features/waits/names";
import classes from "@/features/waits/Waits.module.css";
import { useText } from "@/i18n";
import { Time } from "@/time/Time";

const rows = ({ triggers }: TriggerPage) => triggers;

/** What deferred tasks wait for, and which triggerer watches it. */
export default function TriggersPage() {
  const t = useText();
  const [dagId, setDagId] = useDagFilter();
  const list = useList<Trigger, TriggerPage>({
    queryKey: keys.operating("triggers", dagId),
    resource: "/triggers",
    query: { dag_id: dagId },
    rows,
  });
  const live = list.list.data?.pages[0]?.triggerers;
  return (
    <AdminPage
      title={t("nav.triggers")}
      hint={t("triggers.hint")}
      tools={
        <>
          {live !== undefined && live > 0 && (
            <Words fz="sm" c="dimmed">
              {t("triggers.live", { count: live })}
            </Words>
          )}
          <DagSelect asFilter value={dagId} onChange={setDagId} />
        </>
      }
    >
      {live === 0 && list.rows.length > 0 && <NobodyWatches />}
      <ListView
        list={list}
        columns={useColumns()}
        rowKey={(one) => [one.dag_id, one.dag_run_id, one.task_id, one.map_index].join("\n")}
        label={t("nav.triggers")}
        empty={
          <EmptyState icon={Hourglass} title={t("triggers.none")}>
            {t("triggers.none.remedy")}
            {live === 0 && <div>{t("triggers.none.triggerer")}</div>}
          </EmptyState>
        }
      />
    </AdminPage>
  );
}

function NobodyWatches() {
  const t = useText();
  return (
    <Alert color="red" variant="light" role="alert" icon={<TriangleAlert size={18} />} title={t("triggers.unattended")}>
      {t("triggers.unattended.remedy")}
    </Alert>
  );
}

function useColumns(): Column<Trigger>[] {
  const t = useText();
  return [
    { id: "task", header: t("triggers.task"), width: "minmax(8rem, 1.2fr)", cell: (one) => <TaskCell one={one} /> },
    {
      id: "kind",
      header: t("triggers.kind"),
      width: "minmax(8rem, 1.4fr)",
      cell: (one) => (
        <div className={classes.two}>
          {one.waits_for || kindOf(one.classpath)}
          {one.waits_for && (
            <div className={classes.dim} title={one.classpath}>
              {kindOf(one.classpath)}
            </div>
          )}
        </div>
      ),
    },
    { id: "since", header: t("triggers.since"), width: "8rem", cell: (one) => <Time at={one.since} as="relative" /> },
    {
      id: "until",
      header: t("triggers.until"),
      width: "8rem",
      wideOnly: true,
      cell: (one) => <Time at={one.until} as="relative" none={t("triggers.until.never")} />,
    },
    {
      id: "triggerer",
      header: t("triggers.triggerer"),
      width: "minmax(7rem, 0.8fr)",
      wideOnly: true,
      cell: (one) => (
        <div className={one.triggerer ? classes.two : classes.dim}>{one.triggerer ?? t("triggers.triggerer.none")}</div>
      ),
    },
  ];
}

function TaskCell({ one }: { one: Trigger }) {
  const { dag_id: dagId, dag_run_id: runId, task_id: taskId, map_index: mapIndex } = one;
  return (
    <div className={classes.two}>
      <Link to={instanceAddress({ dagId, runId, taskId, mapIndex })}>
        {mapIndex >= 0 ? `${taskId} [${mapIndex}]` : taskId}
      </Link>
      <div className={classes.dim}>
        {dagId} · <Link to={runAddress(dagId, runId)}>{runId}</Link>
      </div>
    </div>
  );
}
