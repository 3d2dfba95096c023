import { Text as Words } from "@mantine/core";
import type { ReactNode } from "react";
import type { BackfillDate } from "@/api/operatingTypes";
import { useMay } from "@/api/session";
import { type Column, DataTable } from "@/components/DataTable";
import { ErrorBox } from "@/components/ErrorBox";
import { Panel } from "@/components/Panel";
import { useText } from "@/i18n";
import { Time } from "@/time/Time";
import classes from "./Backfills.module.css";
import { Cut } from "./Cut";
import { OUTCOMES, outcomeCounts } from "./progress";
import type { Preview } from "./usePreview";

/** So many dates are shown; the rest is counted. */
const MOST = 200;

interface PreviewPanelProps {
  preview: Preview;
}

/** What would become of each date, before anything is made. */
export function PreviewPanel({ preview: { query, isCurrent } }: PreviewPanelProps) {
  const t = useText();
  const may = useMay("operator");
  return (
    <Panel title={t("backfills.preview")}>
      <div className={classes.dates} data-stale={!isCurrent || undefined} aria-live="polite">
        {query.isError ? (
          <ErrorBox error={query.error} onRetry={() => void query.refetch()} />
        ) : query.data ? (
          <>
            {isCurrent && query.data.left_out.map((part) => <Cut key={part.reason} part={part} />)}
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
