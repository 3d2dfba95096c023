import { Link } from "react-router";
import type { Backfill, BackfillDate } from "@/api/operatingTypes";
import type { Column } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ListView } from "@/components/ListView";
import { useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { Time } from "@/time/Time";
import { runAddress } from "../runs/addresses";
import classes from "./Backfills.module.css";
import { useBackfillDates } from "./queries";

/** The dates of a backfill, page by page: what became of each, and its run. */
export function BackfillDates({ backfill }: { backfill: Backfill }) {
  const t = useText();
  const list = useBackfillDates(backfill.id);
  const columns: Column<BackfillDate>[] = [
    { id: "date", header: t("backfills.date"), width: "10.5rem", cell: (one) => <DateOf date={one} /> },
    {
      id: "run",
      header: t("backfills.run"),
      width: "minmax(9rem, 1fr)",
      cell: (one) => <RunOf dagId={backfill.dag_id} date={one} />,
    },
  ];
  return (
    <ListView
      list={list}
      columns={columns}
      rowKey={(one) => one.logical_date}
      label={t("backfills.dates")}
      empty={<EmptyState title={t("empty.filtered")} />}
    />
  );
}

function DateOf({ date }: { date: BackfillDate }) {
  const t = useText();
  return (
    <div className={classes.two}>
      <Time at={date.logical_date} />
      <div className={classes.dim}>{t(`backfills.outcome.${date.outcome}`)}</div>
    </div>
  );
}

function RunOf({ dagId, date }: { dagId: string; date: BackfillDate }) {
  return (
    <>
      {date.dag_run_id && (
        <div className={classes.run}>
          <Link to={runAddress(dagId, date.dag_run_id)}>{date.dag_run_id}</Link>
          {date.state && <StateBadge state={date.state} />}
        </div>
      )}
      {date.reason && <div className={classes.dim}>{date.reason}</div>}
    </>
  );
}
