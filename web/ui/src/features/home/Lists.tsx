import { Link } from "react-router";
import type { Dashboard, FailedRun, LateDag } from "@/api/homeTypes";
import { Panel } from "@/components/Panel";
import { type MessageKey, useText } from "@/i18n";
import { StateIcon } from "@/states/StateIcon";
import { durationText } from "@/time/format";
import { Time } from "@/time/Time";
import { runAddress } from "../runs/addresses";
import classes from "./Lists.module.css";

/** The runs that failed in the last day, each with the task that failed first and its log. */
export function FailedRuns({ runs, total }: { runs: FailedRun[]; total: number }) {
  const t = useText();
  return (
    <Panel
      flush
      title={t("home.failedRuns")}
      aside={
        total > runs.length && (
          <Link to="/runs?state=failed&ended=day">{t("home.failedRuns.all", { count: total })}</Link>
        )
      }
    >
      {runs.length === 0 ? (
        <Nothing words={t("home.failedRuns.none")} />
      ) : (
        runs.map((run) => <Failed key={`${run.dag_id} ${run.dag_run_id}`} run={run} />)
      )}
    </Panel>
  );
}

function Failed({ run }: { run: FailedRun }) {
  const t = useText();
  const { first_failed_task: task, first_failed_map_index: index } = run;
  const address = runAddress(run.dag_id, run.dag_run_id);
  const mapped = index === null || index < 0 ? "" : `/${index}`;
  return (
    <div className={classes.item}>
      <StateIcon state="failed" />
      <div className={classes.main}>
        <Link to={address} className={classes.name} title={run.dag_run_id}>
          {run.dag_id}
        </Link>
        <span className={classes.sub} title={run.dag_run_id}>
          {run.dag_run_id}
        </span>
        {task ? (
          <Link to={`${address}/tasks/${encodeURIComponent(task)}${mapped}?tab=logs`} className={classes.sub}>
            {task}
            {mapped && ` [${index}]`}
          </Link>
        ) : (
          <span className={classes.sub}>{t("home.failedRuns.timeout")}</span>
        )}
      </div>
      <span className={classes.when}>
        <Time at={run.end_date} as="relative" />
      </span>
    </div>
  );
}

/** DAGs whose next run should have begun by now. */
export function LateDags({ dags }: { dags: LateDag[] }) {
  const t = useText();
  return (
    <Panel flush title={t("home.late")}>
      {dags.length === 0 && <Nothing words={t("home.late.none")} />}
      {dags.map((dag) => (
        <div key={dag.dag_id} className={classes.item}>
          <StateIcon state="upstream_failed" />
          <div className={classes.main}>
            <Link to={`/dags/${encodeURIComponent(dag.dag_id)}`} className={classes.name}>
              {dag.dag_id}
            </Link>
            <span className={classes.sub}>
              {t("home.late.due")} <Time at={dag.next_run} as="short" />
            </span>
          </div>
          <span className={classes.late}>{t("dags.late", { time: durationText(dag.seconds) })}</span>
        </div>
      ))}
    </Panel>
  );
}

/** Which nodes live, by kind. */
export function NodesBrief({ nodes }: { nodes: Dashboard["nodes"] }) {
  const t = useText();
  const kinds = Object.entries(nodes.by_kind);
  return (
    <Panel title={t("nav.nodes")} aside={<Link to="/nodes">{t("action.showAll")}</Link>}>
      <div className={classes.kinds}>
        {kinds.map(([kind, count]) => (
          <span key={kind}>{t(`home.nodes.${kind}` as MessageKey, { count })}</span>
        ))}
        {kinds.length === 0 && t("home.nodes.none")}
        {nodes.draining > 0 && (
          <span className={classes.warn}>{t("home.nodes.draining", { count: nodes.draining })}</span>
        )}
        {nodes.dead_1h > 0 && <span className={classes.bad}>{t("home.nodes.dead", { count: nodes.dead_1h })}</span>}
        {kinds.length > 0 && !nodes.by_kind.scheduler && (
          <span className={classes.bad}>{t("home.nodes.noScheduler")}</span>
        )}
      </div>
    </Panel>
  );
}

function Nothing({ words }: { words: string }) {
  return <div className={classes.nothing}>{words}</div>;
}
