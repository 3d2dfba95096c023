import { Code } from "@mantine/core";
import { Link } from "react-router";
import type { DagRunDetails } from "@/api/runTypes";
import { Text, useText } from "@/i18n";
import { Duration, Time } from "@/time/Time";
import { VersionLink } from "../code/VersionLink";
import { releaseCommand } from "../holds/holds";
import { Facts } from "./Facts";
import { Reasons } from "./Reasons";
import { StateCounts } from "./StateCounts";

/** Why a run waits, how its tasks stand, and its facts. */
export function RunSummary({ run }: { run: DagRunDetails }) {
  const t = useText();
  const isRunning = run.state === "running";
  return (
    <div>
      <Reasons
        why={run.why}
        hold={run.hold}
        release={releaseCommand(run.dag_id, run.dag_run_id, null)}
        state={run.state}
        target={{ dagId: run.dag_id, runId: run.dag_run_id, taskId: "" }}
      />
      <StateCounts counts={run.task_counts} />
      <Facts
        facts={[
          [t("run.logicalDate"), run.logical_date && <Time at={run.logical_date} />],
          [
            t("run.interval"),
            run.data_interval_start && run.data_interval_end && run.data_interval_start !== run.data_interval_end && (
              <>
                <Time at={run.data_interval_start} /> – <Time at={run.data_interval_end} />
              </>
            ),
          ],
          [t("run.queuedAt"), run.queued_at && <Time at={run.queued_at} />],
          [t("run.startedAt"), run.start_date && <Time at={run.start_date} />],
          [t("run.endedAt"), run.end_date && <Time at={run.end_date} />],
          [
            t("run.duration"),
            <Duration key="d" seconds={isRunning ? null : run.duration} since={isRunning ? run.start_date : null} />,
          ],
          [t("run.triggeredBy"), run.triggered_by],
          [
            t("backfills.ofRun"),
            run.backfill_id && (
              <Link to={`/backfills/${run.backfill_id}`}>{t("backfills.title", { id: String(run.backfill_id) })}</Link>
            ),
          ],
          [t("run.version"), run.version ? <VersionsOfRun key="v" run={run} /> : null],
          [t("run.conf"), confOf(run)],
        ]}
      />
    </div>
  );
}

/** The version that the run goes with, and those that it went with before it was cleared with other code. */
function VersionsOfRun({ run }: { run: DagRunDetails }) {
  return (
    <>
      {run.former_versions.map(({ version, until }) => (
        <Text
          key={until}
          k="code.version.former"
          values={{ version: <VersionLink dagId={run.dag_id} version={version} />, when: <Time at={until} /> }}
        />
      ))}
      <VersionLink dagId={run.dag_id} version={run.version} bundle={run.bundle} />
    </>
  );
}

function confOf({ conf }: DagRunDetails) {
  if (conf === null || Object.keys(conf).length === 0) return null;
  return <Code block>{JSON.stringify(conf, null, 2)}</Code>;
}
