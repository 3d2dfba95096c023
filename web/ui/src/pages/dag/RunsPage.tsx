import { MessageSquareText } from "lucide-react";
import { Link, useParams, useSearchParams } from "react-router";
import { path } from "@/api/client";
import type { DagRun, DagRunPage } from "@/api/dagTypes";
import { keys } from "@/api/keys";
import { useList } from "@/api/useList";
import type { Column } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ListView } from "@/components/ListView";
import { isRunFiltered, runFiltersFrom, runQueryOf, runSearchOf } from "@/features/dagRuns/filters";
import { RunFilterBar } from "@/features/dagRuns/RunFilterBar";
import { TaskCounts } from "@/features/dagRuns/TaskCounts";
import { runAddress } from "@/features/dags/RunBars";
import { momentOf } from "@/features/trigger/values";
import { type MessageKey, useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { StateBadge } from "@/states/StateBadge";
import { Duration, Time } from "@/time/Time";
import classes from "./RunsPage.module.css";

const rows = ({ dag_runs }: DagRunPage) => dag_runs;

/** All runs of a DAG, the newest first. */
export default function RunsPage() {
  const t = useText();
  const { dagId = "" } = useParams();
  const { zone } = usePreferences();
  const [search, setSearch] = useSearchParams();
  const filters = runFiltersFrom(search);
  const query = runQueryOf(filters, (input) => momentOf(input, zone));
  const list = useList<DagRun, DagRunPage>({
    queryKey: keys.runs(dagId, "list", query),
    resource: path`/dags/${dagId}/dagRuns`,
    query,
    rows,
  });
  return (
    <div className={classes.page}>
      <RunFilterBar filters={filters} onChange={(next) => setSearch(runSearchOf(next), { replace: true })} />
      <ListView
        list={list}
        columns={useColumns()}
        rowKey={(run) => run.dag_run_id}
        label={t("runs.title")}
        empty={<NoRuns filtered={isRunFiltered(filters)} />}
      />
    </div>
  );
}

function NoRuns({ filtered }: { filtered: boolean }) {
  const t = useText();
  if (filtered) return <EmptyState title={t("empty.filtered")} />;
  return <EmptyState title={t("runs.empty.title")}>{t("runs.empty.text")}</EmptyState>;
}

function useColumns(): Column<DagRun>[] {
  const t = useText();
  return [
    { id: "id", header: t("runs.column.id"), width: "minmax(10rem, 2fr)", cell: (run) => <IdCell run={run} /> },
    { id: "state", header: t("runs.column.state"), width: "7.5rem", cell: (run) => <StateBadge state={run.state} /> },
    {
      id: "type",
      header: t("runs.column.type"),
      width: "6.5rem",
      wideOnly: true,
      cell: (run) => t(`runs.type.${run.run_type}` as MessageKey),
    },
    {
      id: "after",
      header: t("runs.column.after"),
      width: "10.5rem",
      wideOnly: true,
      cell: (run) => <Time at={run.run_after} />,
    },
    {
      id: "start",
      header: t("runs.column.start"),
      width: "8rem",
      wideOnly: true,
      cell: (run) => <Time at={run.start_date} as="relative" none="–" />,
    },
    {
      id: "duration",
      header: t("runs.column.duration"),
      width: "6rem",
      align: "right",
      cell: (run) => <Duration seconds={run.end_date ? run.duration : null} since={run.start_date} />,
    },
    {
      id: "tasks",
      header: t("runs.column.tasks"),
      width: "minmax(7rem, 1fr)",
      wideOnly: true,
      cell: (run) => <TaskCounts counts={run.task_counts} />,
    },
  ];
}

function IdCell({ run }: { run: DagRun }) {
  return (
    <span className={classes.id}>
      <Link to={runAddress(run.dag_id, run.dag_run_id)} title={run.dag_run_id}>
        {run.dag_run_id}
      </Link>
      {run.note && (
        <span title={run.note} role="img" aria-label={run.note}>
          <MessageSquareText size={14} />
        </span>
      )}
    </span>
  );
}
