import { Link } from "react-router";
import type { Dag } from "@/api/dagTypes";
import type { Column } from "@/components/DataTable";
import { SortHead } from "@/components/SortHead";
import { directionOf } from "@/components/sorting";
import { Text, useLanguage, useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { Time } from "@/time/Time";
import { PauseSwitch } from "../pause/PauseSwitch";
import { runAddress } from "../runs/addresses";
import { TriggerButton } from "../trigger/TriggerButton";
import classes from "./columns.module.css";
import type { DagFilters, DagOrder } from "./filters";
import { lastRunTime } from "./lastRunTime";
import { NextRun } from "./NextRun";
import { RunBars } from "./RunBars";
import { scheduleWords } from "./scheduleWords";
import { Tags } from "./Tags";

type Change = (change: Partial<DagFilters>) => void;

/** The columns of the list of DAGs. */
export function useDagColumns(order: DagOrder, change: Change): Column<Dag>[] {
  const t = useText();
  const sortable = (label: string, first: DagOrder) => ({
    header: <SortHead label={label} first={first} order={order} onChange={(next) => change({ order: next })} />,
    sorted: directionOf(order, first),
  });
  return [
    {
      id: "on",
      header: <span className={classes.hidden}>{t("dags.column.active")}</span>,
      width: "3.25rem",
      cell: (dag) => <PauseSwitch dagId={dag.dag_id} paused={dag.is_paused} />,
    },
    {
      id: "name",
      ...sortable(t("dags.column.name"), "dag_id"),
      width: "minmax(8.5rem, 2.2fr)",
      cell: (dag) => <NameCell dag={dag} onChange={change} />,
    },
    {
      id: "schedule",
      header: t("dags.column.schedule"),
      width: "minmax(9rem, 1.1fr)",
      wideOnly: true,
      cell: (dag) => <ScheduleCell dag={dag} />,
    },
    {
      id: "next",
      ...sortable(t("dags.column.next"), "next_run"),
      width: "7.5rem",
      wideOnly: true,
      cell: (dag) => <NextRun dag={dag} />,
    },
    {
      id: "runs",
      header: t("dags.column.runs"),
      width: "10.5rem",
      wideOnly: true,
      cell: (dag) => <RunBars dagId={dag.dag_id} runs={dag.recent_runs} />,
    },
    {
      id: "last",
      ...sortable(t("dags.column.last"), "-last_run"),
      width: "minmax(6rem, 1.1fr)",
      cell: (dag) => <LastRunCell dag={dag} />,
    },
    {
      id: "actions",
      header: <span className={classes.hidden}>{t("dags.column.actions")}</span>,
      width: "3.25rem",
      align: "right",
      cell: (dag) => <TriggerButton dagId={dag.dag_id} compact />,
    },
  ];
}

function NameCell({ dag, onChange }: { dag: Dag; onChange: Change }) {
  return (
    <div className={classes.name}>
      <div className={classes.line}>
        <Link
          className={classes.label}
          data-paused={dag.is_paused || undefined}
          to={`/dags/${encodeURIComponent(dag.dag_id)}`}
          title={dag.description || dag.dag_id}
        >
          {dag.label || dag.dag_id}
        </Link>
        <Flags dag={dag} />
      </div>
      <div className={classes.second}>
        {dag.owners.length > 0 && (
          <button type="button" className={classes.owner} onClick={() => onChange({ owner: dag.owners[0] ?? "" })}>
            {dag.owners.join(", ")}
          </button>
        )}
        <Tags tags={dag.tags} onPick={(tag) => onChange({ tags: [tag] })} />
      </div>
    </div>
  );
}

/** What is unusual about a DAG. */
export function Flags({ dag }: { dag: Dag }) {
  const t = useText();
  return (
    <>
      {dag.has_import_error && (
        <span className={classes.bad} title={t("dags.importError.hint")}>
          {t("dags.importError")}
        </span>
      )}
      {dag.is_stale && (
        <span className={classes.flag} title={t("dags.stale.hint")}>
          {t("dags.stale")}
        </span>
      )}
      {dag.hold && (
        <span className={classes.flag} title={dag.hold.reason ?? ""}>
          {t("dags.held")}
        </span>
      )}
    </>
  );
}

/** Kinds of schedules whose own text says more than our words for it. */
const WRITTEN = new Set(["cron", "custom"]);

function ScheduleCell({ dag }: { dag: Dag }) {
  const t = useText();
  const language = useLanguage();
  const words = scheduleWords(dag, t, language);
  const zone = dag.timezone && dag.timezone !== "UTC" && dag.schedule_kind === "cron" ? dag.timezone : "";
  const written = words !== dag.schedule && WRITTEN.has(dag.schedule_kind) ? dag.schedule : "";
  return (
    <div className={classes.schedule} title={[dag.schedule, zone].filter(Boolean).join("\n")}>
      <div className={classes.words} data-none={dag.schedule_kind === "none" || undefined}>
        {words}
      </div>
      {(written || zone) && <div className={classes.written}>{[written, zone].filter(Boolean).join(" · ")}</div>}
    </div>
  );
}

function LastRunCell({ dag }: { dag: Dag }) {
  const t = useText();
  const run = dag.recent_runs.at(-1);
  if (!run) return <span className={classes.faint}>{t("dags.noRuns")}</span>;
  const { key, at } = lastRunTime(run);
  return (
    <div className={classes.last}>
      <Link to={runAddress(dag.dag_id, run.dag_run_id)}>
        <StateBadge state={run.state} />
      </Link>
      <span className={classes.ago}>
        <Text k={key} values={{ time: <Time at={at} as="relative" /> }} />
      </span>
    </div>
  );
}
