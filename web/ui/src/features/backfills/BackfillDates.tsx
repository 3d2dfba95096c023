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
    { id: "date", header: t("backfills.date"), width: "10.5rem", cell: (one) => <Time at={one.logical_date} /> },
    {
      id: "outcome",
      header: t("backfills.outcome"),
      width: "minmax(7rem, 9rem)",
      cell: (one) => t(`backfills.outcome.${one.outcome}`),
    },
    {
      id: "run",
      header: t("backfills.run"),
      width: "minmax(8rem, 1.6fr)",
      cell: (one) => <RunOf dagId={backfill.dag_id} date={one} />,
    },
    {
      id: "reason",
      header: t("backfills.reason"),
      width: "minmax(8rem, 1fr)",
      wideOnly: true,
      cell: (one) => <div className={classes.two}>{one.reason}</div>,
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

function RunOf({ dagId, date }: { dagId: string; date: BackfillDate }) {
  if (!date.dag_run_id) return null;
  return (
    <div className={classes.two}>
      <Link to={runAddress(dagId, date.dag_run_id)}>{date.dag_run_id}</Link>
      {date.state && (
        <div>
          <StateBadge state={date.state} />
        </div>
      )}
    </div>
  );
}
