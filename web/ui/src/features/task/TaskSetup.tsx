import { Title } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import { Link } from "react-router";
import { Markdown } from "@/components/Markdown";
import { QueryView } from "@/components/QueryView";
import { Text, useText } from "@/i18n";
import { durationText } from "@/time/format";
import { VersionLink } from "../code/VersionLink";
import { dagAddress, instanceAddress } from "../runs/addresses";
import { Facts } from "../runs/Facts";
import { growthOf, type TaskDetails, useTask } from "./setup";
import classes from "./TaskSetup.module.css";

interface TaskSetupProps {
  dagId: string;
  taskId: string;
  /** The run whose version is meant; null: the present version. */
  runId: string | null;
  /** Leaves out what the task instance shows beside it: operator, queue, pool, priority. */
  isBeside?: boolean;
}

/** How a task is set up in the DAG's file: rules, retries, limits, neighbours, documentation. */
export function TaskSetup({ dagId, taskId, runId, isBeside = false }: TaskSetupProps) {
  const query = useTask(dagId, taskId, runId);
  return (
    <QueryView query={query}>
      {(task) => <Setup dagId={dagId} runId={runId} task={task} isBeside={isBeside} />}
    </QueryView>
  );
}

interface SetupProps {
  dagId: string;
  runId: string | null;
  task: TaskDetails;
  isBeside: boolean;
}

function Setup({ dagId, runId, task, isBeside }: SetupProps) {
  const t = useText();
  const neighbours = (names: string[]) => <Neighbours dagId={dagId} runId={runId} names={names} />;
  return (
    <section className={classes.setup}>
      <Title order={2}>
        {t("setup.title")}{" "}
        <span className={classes.version}>
          <Text k="setup.inVersion" values={{ version: <VersionLink dagId={dagId} version={task.version} /> }} />
        </span>
      </Title>
      {task.doc_md && (
        <div className={classes.doc}>
          <Markdown>{task.doc_md}</Markdown>
        </div>
      )}
      <Facts
        facts={[
          [t("task.operator"), !isBeside && task.operator],
          [t("task.rule"), <code key="r">{task.trigger_rule}</code>],
          [t("setup.upstream"), neighbours(task.upstream)],
          [t("setup.downstream"), neighbours(task.downstream)],
          [t("setup.mappedOver"), task.mapped_over],
          [t("setup.kind"), task.is_setup ? t("setup.kind.setup") : task.is_teardown && t("setup.kind.teardown")],
          [t("setup.retries"), <Retries key="n" task={task} />],
          [t("setup.timeout"), task.execution_timeout !== null && durationText(task.execution_timeout)],
          [t("task.queue"), !isBeside && task.queue],
          [t("task.pool"), !isBeside && (task.pool_slots > 1 ? `${task.pool} (${task.pool_slots})` : task.pool)],
          [t("setup.rule"), isBeside && task.weight_rule],
          [
            t("task.priority"),
            !isBeside && t("setup.weight", { weight: String(task.priority_weight), rule: task.weight_rule }),
          ],
          [
            t("setup.limit"),
            listed([
              task.max_active_tis_per_dag !== null && t("setup.limit.dag", { count: task.max_active_tis_per_dag }),
              task.max_active_tis_per_dagrun !== null &&
                t("setup.limit.run", { count: task.max_active_tis_per_dagrun }),
            ]),
          ],
          [
            t("setup.waits"),
            listed([
              task.depends_on_past && t("setup.waits.past"),
              task.wait_for_downstream && t("setup.waits.downstream"),
            ]),
          ],
          [t("setup.callbacks"), listed(task.has_callbacks)],
          [t("setup.isolation"), task.isolation],
          [t("setup.group"), task.group],
          [t("setup.owner"), task.owner],
          [
            t("setup.file"),
            <Link key="f" to={dagAddress(dagId, "code", { version: String(task.version) })}>
              {task.file}
            </Link>,
          ],
        ]}
      />
    </section>
  );
}

const listed = (words: (string | false)[]) => words.filter(Boolean).join(", ");

function Retries({ task }: { task: TaskDetails }): ReactNode {
  const t = useText();
  const { retries, retry_delay: delay, max_retry_delay: most } = task;
  if (retries === 0 || delay === null) return String(retries);
  const factor = growthOf(task);
  const values = { count: retries, delay: durationText(delay) };
  const words =
    factor === null
      ? t("setup.retries.after", values)
      : t("setup.retries.growing", { ...values, factor: String(factor) });
  return most === null ? words : `${words}, ${t("setup.retries.most", { delay: durationText(most) })}`;
}

const SHOWN = 12;

/** The tasks right above or right below, and the ways to them: in the same run, or in the Graph. */
function Neighbours({ dagId, runId, names }: { dagId: string; runId: string | null; names: string[] }) {
  const t = useText();
  if (names.length === 0) return <span className={classes.none}>{t("setup.none")}</span>;
  const address = (taskId: string) =>
    runId === null
      ? dagAddress(dagId, "graph", { task: taskId })
      : instanceAddress({ dagId, runId, taskId, mapIndex: -1 }, "details");
  return (
    <>
      {names.slice(0, SHOWN).map((name, index) => (
        <Fragment key={name}>
          {index > 0 && ", "}
          <Link to={address(name)}>{name}</Link>
        </Fragment>
      ))}
      {names.length > SHOWN && ` ${t("code.diff.more", { count: names.length - SHOWN })}`}
    </>
  );
}
