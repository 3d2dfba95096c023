import { Link } from "react-router";
import type { InstanceRef, Try } from "@/api/runTypes";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { useText } from "@/i18n";
import { stateOfOutcome } from "@/states/outcomes";
import { StateBadge } from "@/states/StateBadge";
import { Duration, Time } from "@/time/Time";
import { VersionLink } from "../code/VersionLink";
import { bytesText } from "../xcom/bytes";
import { instanceAddress } from "./addresses";
import classes from "./InstanceList.module.css";
import { useTries } from "./queries";

/** Every time a worker took the task up: when, where, how it ended and what it used. */
export function TriesTable({ target }: { target: InstanceRef }) {
  const t = useText();
  const query = useTries(target);
  const columns = useColumns(target);
  return (
    <QueryView query={query}>
      {(tries) =>
        tries.length === 0 ? (
          <EmptyState title={t("task.noTries")}>{t("task.noTries.words")}</EmptyState>
        ) : (
          <DataTable
            rows={[...tries].reverse()}
            columns={columns}
            rowKey={(row) => String(row.dispatch)}
            label={t("task.tries")}
          />
        )
      }
    </QueryView>
  );
}

function useColumns(target: InstanceRef): Column<Try>[] {
  const t = useText();
  return [
    {
      id: "try",
      header: t("task.try"),
      width: "3.5rem",
      cell: (row) => <Link to={`${instanceAddress(target, "logs")}&try=${row.try_number}`}>{row.try_number}</Link>,
    },
    {
      id: "outcome",
      header: t("task.outcome"),
      width: "8.5rem",
      cell: (row) => <StateBadge state={stateOfOutcome(row.outcome)} />,
    },
    {
      id: "start",
      header: t("task.startedAt"),
      width: "10.5rem",
      cell: (row) => <Time at={row.start_date} none="–" />,
    },
    {
      id: "waited",
      header: t("task.waited"),
      width: "5.5rem",
      align: "right",
      wideOnly: true,
      cell: (row) => <Duration seconds={waited(row)} />,
    },
    {
      id: "duration",
      header: t("task.duration"),
      width: "5.5rem",
      align: "right",
      cell: (row) => (
        <Duration seconds={row.end_date ? row.duration : null} since={row.end_date ? null : row.start_date} />
      ),
    },
    { id: "worker", header: t("task.worker"), width: "minmax(5rem, 1fr)", wideOnly: true, cell: (row) => row.hostname },
    {
      id: "code",
      header: t("code.ran"),
      width: "4.25rem",
      cell: (row) => <VersionLink dagId={target.dagId} version={row.version} bundle={row.bundle} />,
    },
    { id: "queue", header: t("task.queue"), width: "5rem", wideOnly: true, cell: (row) => row.queue },
    {
      id: "cpu",
      header: t("task.cpu"),
      width: "4.5rem",
      align: "right",
      wideOnly: true,
      cell: (row) => <Duration seconds={row.cpu_seconds} />,
    },
    {
      id: "memory",
      header: t("task.memory"),
      width: "5.5rem",
      align: "right",
      wideOnly: true,
      cell: (row) => (row.peak_rss === null ? "–" : bytesText(row.peak_rss)),
    },
    {
      id: "error",
      header: t("task.why"),
      width: "minmax(7rem, 2fr)",
      wideOnly: true,
      cell: (row) => (
        <span className={classes.why} title={row.error ?? ""}>
          {row.exit_signal ? `${t("task.signal")} ${row.exit_signal} · ` : ""}
          {row.error}
        </span>
      ),
    },
  ];
}

function waited({ queued_at, start_date }: Try): number | null {
  if (!queued_at || !start_date) return null;
  return Math.max(0, (Date.parse(start_date) - Date.parse(queued_at)) / 1000);
}
