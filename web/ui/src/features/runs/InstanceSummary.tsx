import type { TaskInstance } from "@/api/runTypes";
import { useText } from "@/i18n";
import { Duration, Time } from "@/time/Time";
import { releaseCommand } from "../holds/holds";
import { Facts } from "./Facts";
import { refOf } from "./names";
import { Reasons } from "./Reasons";
import { triesOf } from "./tries";

/** Why a task instance stands where it stands, and its facts. */
export function InstanceSummary({ instance }: { instance: TaskInstance }) {
  const t = useText();
  const { hold } = instance;
  const tries = triesOf(instance);
  const isRunning = instance.state === "running";
  return (
    <>
      <Reasons
        why={instance.why}
        error={instance.error}
        hold={hold}
        release={releaseCommand(instance.dag_id, hold?.every_run ? null : instance.dag_run_id, instance.task_id)}
        state={instance.state}
        target={refOf(instance)}
      />
      <Facts
        facts={[
          [t("task.try"), tries && t("task.tryOf", tries)],
          [
            t("task.duration"),
            <Duration key="d" seconds={instance.duration} since={isRunning ? instance.start_date : null} />,
          ],
          [t("task.queuedAt"), instance.queued_when && <Time at={instance.queued_when} />],
          [t("task.startedAt"), instance.start_date && <Time at={instance.start_date} />],
          [t("task.endedAt"), instance.end_date && <Time at={instance.end_date} />],
          [t("task.waited"), waited(instance)],
          [t("task.nextRetry"), instance.next_retry && <Time at={instance.next_retry} />],
          [t("task.operator"), instance.operator],
          [
            t("task.mapIndex"),
            instance.map_index >= 0 ? (instance.rendered_map_index ?? String(instance.map_index)) : null,
          ],
          [t("task.queue"), instance.queue],
          [
            t("task.pool"),
            instance.pool && (instance.pool_slots > 1 ? `${instance.pool} (${instance.pool_slots})` : instance.pool),
          ],
          [t("task.worker"), instance.hostname],
          [t("task.priority"), String(instance.priority_weight)],
          [t("task.stopping"), instance.stopping],
        ]}
      />
    </>
  );
}

function waited({ queued_when, start_date }: TaskInstance) {
  if (!queued_when || !start_date) return null;
  const seconds = (Date.parse(start_date) - Date.parse(queued_when)) / 1000;
  return seconds >= 0 ? <Duration seconds={seconds} /> : null;
}
