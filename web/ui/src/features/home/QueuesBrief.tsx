import { Link } from "react-router";
import type { QueueBrief } from "@/api/homeTypes";
import { Panel } from "@/components/Panel";
import { useText } from "@/i18n";
import { stateColor } from "@/states/states";
import { durationText } from "@/time/format";
import { workerCommand } from "../queues/health";
import { tasksAddress, WAITING } from "../taskList/filters";
import classes from "./QueuesBrief.module.css";

/** The queues at a glance: what waits, for how long, how full the workers are, and whether more are wanted. */
export function QueuesBrief({ queues }: { queues: QueueBrief[] }) {
  const t = useText();
  return (
    <Panel flush title={t("nav.queues")} aside={<Link to="/queues">{t("action.showAll")}</Link>}>
      {queues.length === 0 && <div className={classes.nothing}>{t("home.queues.none")}</div>}
      {queues.length > 0 && (
        <table className={classes.table}>
          <thead>
            <tr>
              <th>{t("home.queues.queue")}</th>
              <th data-right>{t("home.queues.waiting")}</th>
              <th data-right>{t("home.queues.oldest")}</th>
              <th>{t("home.queues.slots")}</th>
              <th data-right>{t("home.queues.workers")}</th>
            </tr>
          </thead>
          <tbody>
            {queues.map((queue) => (
              <QueueLine key={queue.queue} queue={queue} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

const queueAddress = ({ queue }: QueueBrief) => `/queues?${new URLSearchParams({ queue })}`;

function QueueLine({ queue }: { queue: QueueBrief }) {
  const waiting = queue.backlog + queue.outstanding;
  return (
    <tr>
      <td className={classes.name}>
        <Link to={queueAddress(queue)}>{queue.queue}</Link>
      </td>
      <td data-right>
        {waiting > 0 ? (
          <Link to={tasksAddress({ queue: queue.queue, state: WAITING })}>{waiting.toLocaleString()}</Link>
        ) : (
          waiting
        )}
      </td>
      <td data-right>{queue.oldest_seconds === null ? "–" : durationText(queue.oldest_seconds)}</td>
      <td>
        <Fullness running={queue.running} slots={queue.slots} />
      </td>
      <td data-right>
        <Workers queue={queue} waiting={waiting} />
      </td>
    </tr>
  );
}

function Fullness({ running, slots }: { running: number; slots: number }) {
  const share = slots > 0 ? Math.min(running / slots, 1) : 0;
  return (
    <span className={classes.fullness}>
      <span className={classes.track}>
        <span className={classes.fill} style={{ width: `${share * 100}%`, background: stateColor.fill("running") }} />
      </span>
      <span>
        {running}/{slots}
      </span>
    </span>
  );
}

function Workers({ queue, waiting }: { queue: QueueBrief; waiting: number }) {
  const t = useText();
  if (queue.workers === 0) {
    if (waiting === 0) return <span className={classes.faint}>{t("home.queues.nobody")}</span>;
    return (
      <Link className={classes.bad} to={queueAddress(queue)} title={workerCommand(queue.queue)}>
        {t("home.queues.needed")}
      </Link>
    );
  }
  if (queue.wanted_workers <= queue.workers) return queue.workers;
  return (
    <span className={classes.wanted} title={t("home.queues.wanted", { count: queue.wanted_workers })}>
      {queue.workers} → {queue.wanted_workers}
    </span>
  );
}
