import { Text as Words } from "@mantine/core";
import type { ReactNode } from "react";
import type { BackfillDate } from "@/api/operatingTypes";
import { useMay } from "@/api/session";
import { type Column, DataTable } from "@/components/DataTable";
import { ErrorBox } from "@/components/ErrorBox";
import { Panel } from "@/components/Panel";
import { Text, useText } from "@/i18n";
import { Time } from "@/time/Time";
import { useDag } from "../frame/useDag";
import classes from "./Backfills.module.css";
import { OUTCOMES, outcomeCounts } from "./progress";
import { cutStart } from "./request";
import type { Preview } from "./usePreview";

/** So many dates are shown; the rest is counted. */
const MOST = 200;

interface PreviewPanelProps {
  preview: Preview;
  dagId: string;
  /** Where the range was asked to begin. */
  from: string;
}

/** What would become of each date, before anything is made. */
export function PreviewPanel({ preview: { query, isCurrent }, dagId, from }: PreviewPanelProps) {
  const t = useText();
  const may = useMay("operator");
  return (
    <Panel title={t("backfills.preview")}>
      <div className={classes.dates} data-stale={!isCurrent || undefined} aria-live="polite">
        {query.isError ? (
          <ErrorBox error={query.error} onRetry={() => void query.refetch()} />
        ) : query.data ? (
          <>
            {isCurrent && <Cut dates={query.data.dates} dagId={dagId} from={from} />}
            {isCurrent && query.data.due_until && <NotDue until={query.data.due_until} />}
            <Dates dates={query.data.dates} />
          </>
        ) : (
          <Dim>
            {!may
              ? t("backfills.preview.role")
              : query.isFetching
                ? t("backfills.preview.loading")
                : t("backfills.preview.missing")}
          </Dim>
        )}
      </div>
    </Panel>
  );
}

/** Tells that the range begins later than asked: no run comes before the DAG's start date. */
function Cut({ dates, dagId, from }: { dates: BackfillDate[]; dagId: string; from: string }) {
  const dag = useDag(dagId).data;
  const first = cutStart(dates, from, dag?.start_date ?? null);
  if (!dag || first === null) return null;
  return (
    <Words fz="sm" mb="xs">
      <Text k="backfills.preview.cut" values={{ first: <Time at={first} />, start: <Time at={dag.start_date} /> }} />
    </Words>
  );
}

/** Tells that the range ends earlier than asked: its later dates are still to come. */
function NotDue({ until }: { until: string }) {
  return (
    <Words fz="sm" mb="xs">
      <Text k="backfills.preview.notDue" values={{ last: <Time at={until} /> }} />
    </Words>
  );
}

function Dim({ children }: { children: ReactNode }) {
  return (
    <Words fz="sm" c="dimmed">
      {children}
    </Words>
  );
}

function Dates({ dates }: { dates: BackfillDate[] }) {
  const t = useText();
  const counts = outcomeCounts(dates);
  const parts = OUTCOMES.filter((outcome) => counts[outcome]).map((outcome) =>
    t(`backfills.preview.${outcome}`, { count: counts[outcome] ?? 0 }),
  );
  const columns: Column<BackfillDate>[] = [
    { id: "date", header: t("backfills.date"), width: "10.5rem", cell: (one) => <Time at={one.logical_date} /> },
    {
      id: "outcome",
      header: t("backfills.outcome"),
      width: "minmax(9rem, 1fr)",
      cell: (one) => (
        <div className={classes.two}>
          {t(`backfills.outcome.${one.outcome}`)}
          {one.reason && <div className={classes.dim}>{one.reason}</div>}
        </div>
      ),
    },
  ];
  return (
    <>
      <Words fz="sm" mb="xs">
        <b>{t("backfills.preview.dates", { count: dates.length })}</b>: {parts.join(", ")}
      </Words>
      {runsOf(dates) === 0 && <Dim>{t("backfills.preview.nothing")}</Dim>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reached by the keyboard */}
      <section className={classes.scroll} tabIndex={0} aria-label={t("backfills.dates")}>
        <DataTable
          rows={dates.slice(0, MOST)}
          columns={columns}
          rowKey={(one) => one.logical_date}
          label={t("backfills.preview")}
        />
      </section>
      {dates.length > MOST && <Dim>{t("backfills.preview.more", { count: dates.length - MOST })}</Dim>}
    </>
  );
}

/** How many runs would be made or run again. */
export const runsOf = (dates: readonly BackfillDate[]): number =>
  dates.filter(({ outcome }) => outcome !== "skipped").length;
