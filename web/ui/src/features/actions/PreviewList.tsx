import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { StateIcon } from "@/states/StateIcon";
import type { Change, Touched } from "./changes";
import classes from "./Preview.module.css";

const MOST = 300;

/** What a change would touch, by run. */
export function PreviewList({ change }: { change: Change }) {
  const t = useText();
  const touched = change.task_instances;
  const runs = grouped(touched.slice(0, MOST));
  if (touched.length === 0) return <p className={classes.nothing}>{t("actions.nothing")}</p>;
  return (
    <>
      <p className={classes.summary}>
        {t("actions.wouldChange", { count: touched.length })}{" "}
        {(change.stopping ?? 0) > 0 && <strong>{t("actions.stopping", { count: change.stopping ?? 0 })}</strong>}
      </p>
      {(change.notes ?? []).map((note) => (
        <p key={note} className={classes.summary}>
          {note}
        </p>
      ))}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reached by the keyboard */}
      <section className={classes.list} tabIndex={0} aria-label={t("actions.preview")}>
        {[...runs].map(([run, instances]) => (
          <div key={run}>
            {run !== "" && runs.size > 1 && <div className={classes.run}>{run}</div>}
            {instances.map((instance) => (
              <PreviewLine key={`${instance.task_id}:${instance.map_index}`} instance={instance} />
            ))}
          </div>
        ))}
        {touched.length > MOST && (
          <div className={classes.run}>{t("actions.more", { count: touched.length - MOST })}</div>
        )}
      </section>
    </>
  );
}

function PreviewLine({ instance }: { instance: Touched }) {
  const name = useStateName();
  return (
    <div className={classes.line}>
      <StateIcon state={instance.state} />
      <span className={classes.task}>
        {instance.task_id}
        {instance.map_index >= 0 && ` [${instance.map_index}]`}
      </span>
      <span className={classes.state}>{name(instance.state)}</span>
    </div>
  );
}

const runOf = (instance: Touched) => instance.dag_run_id ?? "";

function grouped(touched: readonly Touched[]): Map<string, Touched[]> {
  const runs = new Map<string, Touched[]>();
  for (const one of touched) runs.set(runOf(one), [...(runs.get(runOf(one)) ?? []), one]);
  return runs;
}
