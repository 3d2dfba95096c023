import { Tabs } from "@mantine/core";
import { Link, useParams } from "react-router";
import type { DagRunDetails } from "@/api/runTypes";
import { QueryView } from "@/components/QueryView";
import { noteRun, useRefresh } from "@/features/actions/changes";
import { useNote } from "@/features/actions/NoteBox";
import { RunActions } from "@/features/actions/RunActions";
import { GanttView } from "@/features/gantt/GanttView";
import { useRunTypeName } from "@/features/grid/RunHeads";
import { releaseCommand } from "@/features/holds/holds";
import { dagAddress } from "@/features/runs/addresses";
import { HeldBadge } from "@/features/runs/HeldBadge";
import { InstanceList } from "@/features/runs/InstanceList";
import { PageHead } from "@/features/runs/PageHead";
import classes from "@/features/runs/PageHead.module.css";
import { useRun } from "@/features/runs/queries";
import { Reasons } from "@/features/runs/Reasons";
import { RunSummary } from "@/features/runs/RunSummary";
import { useTab } from "@/features/runs/useTab";
import { useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { Duration, Time } from "@/time/Time";

const TABS = ["tasks", "gantt", "details"] as const;

/** One run: its state, its tasks, when they ran, and what can be done to it. */
export default function RunPage() {
  const { dagId = "", runId = "" } = useParams();
  const query = useRun(dagId, runId);
  return <QueryView query={query}>{(run) => <Run key={runId} run={run} />}</QueryView>;
}

function Run({ run }: { run: DagRunDetails }) {
  const t = useText();
  const typeName = useRunTypeName();
  const [tab, setTab] = useTab(TABS, "tasks");
  const { dag_id: dagId, dag_run_id: runId } = run;
  const refresh = useRefresh(dagId, runId);
  const note = useNote({ on: run, save: (text) => noteRun(dagId, runId, text), onSaved: refresh });
  const isRunning = run.state === "running";
  return (
    <div className={classes.page}>
      <PageHead
        title={runId}
        badge={
          <>
            <StateBadge state={run.state} />
            <HeldBadge hold={run.hold} />
          </>
        }
        facts={
          <>
            <span>{typeName(run.run_type)}</span>
            {run.start_date && (
              <span>
                {t("run.startedAt")} <Time at={run.start_date} as="short" />
              </span>
            )}
            <span>
              {t("run.duration")}{" "}
              <Duration seconds={isRunning ? null : run.duration} since={isRunning ? run.start_date : null} />
            </span>
            <Link to={dagAddress(dagId, "graph", { run: runId })}>{t("run.graph")}</Link>
            <Link to={dagAddress(dagId, "grid", { run: runId })}>{t("run.grid")}</Link>
          </>
        }
        actions={<RunActions run={run} />}
        note={note}
      />
      {tab !== "details" && <Reasons hold={run.hold} release={releaseCommand(dagId, runId, null)} state={run.state} />}
      <Tabs value={tab} onChange={setTab} keepMounted={false} className={classes.tabs ?? ""}>
        <Tabs.List aria-label={t("run.tabs")}>
          <Tabs.Tab value="tasks">{t("run.tasks")}</Tabs.Tab>
          <Tabs.Tab value="gantt">{t("run.gantt")}</Tabs.Tab>
          <Tabs.Tab value="details">{t("run.details")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="tasks" className={classes.panel ?? ""}>
          <InstanceList dagId={dagId} runId={runId} taskId={null} why={run.why} />
        </Tabs.Panel>
        <Tabs.Panel value="gantt" className={classes.panel ?? ""}>
          <GanttView dagId={dagId} runId={runId} />
        </Tabs.Panel>
        <Tabs.Panel value="details" className={classes.panel ?? ""}>
          <div className={classes.details}>
            <RunSummary run={run} />
          </div>
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
