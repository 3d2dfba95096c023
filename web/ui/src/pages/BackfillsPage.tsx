import { Button } from "@mantine/core";
import { History, Plus } from "lucide-react";
import { Link, useNavigate } from "react-router";
import type { Backfill } from "@/api/operatingTypes";
import type { Column } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { Guarded } from "@/components/Guarded";
import { ListView } from "@/components/ListView";
import { AdminPage } from "@/features/admin/AdminPage";
import { BackfillState } from "@/features/backfills/BackfillState";
import classes from "@/features/backfills/Backfills.module.css";
import { DagSelect } from "@/features/backfills/DagSelect";
import { Progress } from "@/features/backfills/Progress";
import { useBackfills } from "@/features/backfills/queries";
import { useDagFilter } from "@/features/backfills/useDagFilter";
import { dagAddress } from "@/features/runs/addresses";
import { useText } from "@/i18n";
import { Time } from "@/time/Time";

/** All backfills with how far they are, the newest first. */
export default function BackfillsPage() {
  const t = useText();
  const [dagId, setDagId] = useDagFilter();
  const list = useBackfills(dagId);
  return (
    <AdminPage
      title={t("nav.backfills")}
      hint={t("backfills.hint")}
      tools={
        <>
          <DagSelect asFilter value={dagId} onChange={setDagId} />
          <NewButton dagId={dagId} />
        </>
      }
    >
      <ListView
        list={list}
        columns={useColumns()}
        rowKey={(one) => String(one.id)}
        label={t("nav.backfills")}
        empty={
          <EmptyState
            icon={History}
            title={dagId ? t("backfills.none.of", { dag: dagId }) : t("backfills.none")}
            action={<NewButton dagId={dagId} />}
          >
            {t("backfills.none.remedy")}
          </EmptyState>
        }
      />
    </AdminPage>
  );
}

function NewButton({ dagId }: { dagId: string }) {
  const t = useText();
  const navigate = useNavigate();
  return (
    <Guarded role="operator">
      {(disabled) => (
        <Button
          size="xs"
          leftSection={<Plus size={14} />}
          disabled={disabled}
          onClick={() => void navigate(`/backfills/new${dagId && `?dag_id=${encodeURIComponent(dagId)}`}`)}
        >
          {t("backfills.new")}
        </Button>
      )}
    </Guarded>
  );
}

function useColumns(): Column<Backfill>[] {
  const t = useText();
  return [
    { id: "name", header: t("backfills.dag"), width: "minmax(7rem, 1.3fr)", cell: (one) => <Name one={one} /> },
    { id: "state", header: t("backfills.state"), width: "7rem", cell: (one) => <BackfillState backfill={one} /> },
    {
      id: "progress",
      header: t("backfills.progress"),
      width: "minmax(8rem, 1.4fr)",
      cell: (one) => <Progress counts={one} />,
    },
    {
      id: "range",
      header: t("backfills.range"),
      width: "11rem",
      wideOnly: true,
      cell: (one) => (
        <div className={classes.two}>
          <div>
            <Time at={one.from_date} /> –
          </div>
          <Time at={one.to_date} />
        </div>
      ),
    },
    {
      id: "order",
      header: t("backfills.order"),
      width: "7.5rem",
      wideOnly: true,
      cell: (one) => t(one.run_backwards ? "backfills.order.backward" : "backfills.order.forward"),
    },
    {
      id: "by",
      header: t("backfills.by"),
      width: "minmax(7rem, 0.8fr)",
      wideOnly: true,
      cell: (one) => (
        <div className={classes.two}>
          {one.triggered_by}
          <div className={classes.dim}>
            <Time at={one.created_at} as="relative" />
          </div>
        </div>
      ),
    },
  ];
}

function Name({ one }: { one: Backfill }) {
  const t = useText();
  return (
    <div className={classes.two}>
      <Link to={dagAddress(one.dag_id, "grid")}>{one.dag_id}</Link>
      <div className={classes.dim}>
        <Link to={`/backfills/${one.id}`}>{t("backfills.title", { id: String(one.id) })}</Link>
      </div>
    </div>
  );
}
