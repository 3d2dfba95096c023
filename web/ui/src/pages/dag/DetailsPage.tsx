import type { ReactNode } from "react";
import { useParams } from "react-router";
import type { DagDetails } from "@/api/dagTypes";
import { CopyButton } from "@/components/CopyButton";
import { Markdown } from "@/components/Markdown";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { scheduleWords } from "@/features/dags/scheduleWords";
import { Tags } from "@/features/dags/Tags";
import { ParamTable } from "@/features/details/ParamTable";
import { useDag } from "@/features/frame/useDag";
import { useLanguage, useText } from "@/i18n";
import { Duration, Time } from "@/time/Time";
import classes from "./DetailsPage.module.css";

/** Everything that a DAG says of itself. */
export default function DetailsPage() {
  const t = useText();
  const { dagId = "" } = useParams();
  const dag = useDag(dagId);
  return (
    <QueryView query={dag}>
      {(data) => (
        <div className={classes.page}>
          <div className={classes.columns}>
            <About dag={data} />
            <Scheduling dag={data} />
            <Limits dag={data} />
            <Code dag={data} />
          </div>
          <Panel title={t("details.params")} flush>
            <ParamTable params={data.params} />
          </Panel>
          {data.doc_md && (
            <Panel title={t("details.docs")}>
              <Markdown>{data.doc_md}</Markdown>
            </Panel>
          )}
        </div>
      )}
    </QueryView>
  );
}

/** Names with their values; null and empty ones say so. */
function Facts({ facts }: { facts: [string, ReactNode][] }) {
  const t = useText();
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>{value === null || value === "" ? <span className={classes.none}>{t("details.none")}</span> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

function About({ dag }: { dag: DagDetails }) {
  const t = useText();
  const facts: [string, ReactNode][] = [
    [t("details.label"), <Copied key="id" text={dag.dag_id} />],
    [t("details.description"), dag.description],
    [t("details.owners"), dag.owners.join(", ")],
    [t("details.tags"), dag.tags.length > 0 ? <Tags key="tags" tags={dag.tags} /> : null],
    [t("details.tasks"), dag.task_count.toLocaleString()],
    [t("details.callbacks"), dag.has_callbacks.join(", ")],
  ];
  return (
    <Panel title={t("details.about")}>
      <Facts facts={facts} />
    </Panel>
  );
}

function Scheduling({ dag }: { dag: DagDetails }) {
  const t = useText();
  const language = useLanguage();
  const words = scheduleWords(dag, t, language);
  const isMoment = dag.next_interval_start === dag.next_interval_end;
  const interval = dag.next_interval_start && !isMoment && (
    <>
      <Time at={dag.next_interval_start} /> – <Time at={dag.next_interval_end} />
    </>
  );
  const facts: [string, ReactNode][] = [
    [
      t("details.schedule"),
      words === dag.schedule || dag.schedule_kind === "none" ? words : `${words} (${dag.schedule})`,
    ],
    [t("details.timezone"), dag.timezone],
    [t("details.nextRun"), dag.next_run && <Time at={dag.next_run} />],
    [t("details.interval"), interval || null],
    [t("details.start"), dag.start_date && <Time at={dag.start_date} />],
    [t("details.end"), dag.end_date && <Time at={dag.end_date} />],
    [t("details.catchup"), t(dag.catchup ? "details.yes" : "details.no")],
  ];
  return (
    <Panel title={t("details.scheduling")}>
      <Facts facts={facts} />
    </Panel>
  );
}

function Limits({ dag }: { dag: DagDetails }) {
  const t = useText();
  const facts: [string, ReactNode][] = [
    [t("details.maxRuns"), dag.max_active_runs],
    [t("details.maxTasks"), dag.max_active_tasks],
    [
      t("details.timeout"),
      dag.dagrun_timeout === null ? null : <Duration key="timeout" seconds={dag.dagrun_timeout} />,
    ],
    [t("details.failFast"), t(dag.fail_fast ? "details.yes" : "details.no")],
  ];
  return (
    <Panel title={t("details.limits")}>
      <Facts facts={facts} />
    </Panel>
  );
}

function Code({ dag }: { dag: DagDetails }) {
  const t = useText();
  const facts: [string, ReactNode][] = [
    [t("details.file"), <Copied key="file" text={dag.file} />],
    [t("details.version"), dag.version],
    [t("details.bundle"), dag.bundle && <Copied key="bundle" text={dag.bundle} shown={dag.bundle.slice(0, 12)} />],
    [t("details.parsed"), <Time key="parsed" at={dag.parsed_at} />],
  ];
  return (
    <Panel title={t("details.code")}>
      <Facts facts={facts} />
    </Panel>
  );
}

function Copied({ text, shown = text }: { text: string; shown?: string }) {
  return (
    <span className={classes.copied}>
      <code title={text}>{shown}</code>
      <CopyButton value={text} />
    </span>
  );
}
