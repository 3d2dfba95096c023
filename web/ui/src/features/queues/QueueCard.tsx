import { Alert, Group, Code as Mono, Progress, Title, Tooltip, Text as Words } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { CopyButton } from "@/components/CopyButton";
import { useText } from "@/i18n";
import { Duration } from "@/time/Time";
import { healthOf, waitingIn, workerCommand } from "./health";
import { QueueCharts } from "./QueueCharts";
import classes from "./Queues.module.css";
import type { Queue } from "./queries";

/** A queue: what to do about it, its figures, and how they went. */
export function QueueCard({ queue, minutes }: { queue: Queue; minutes: number }) {
  const t = useText();
  const health = healthOf(queue);
  return (
    <section className={classes.card} data-health={health} aria-label={queue.queue}>
      <Group gap="sm" align="baseline">
        <Title order={2} fz="md" className={classes.name}>
          {queue.queue}
        </Title>
        {health === "quiet" && (
          <Words fz="sm" c="dimmed">
            {t("queues.unattended.quiet")}
          </Words>
        )}
        {health === "short" && (
          <Words fz="sm" className={classes.short}>
            {t("queues.short", { wanted: queue.wanted_workers, workers: queue.workers })}
          </Words>
        )}
      </Group>
      {health === "unattended" && <Unattended queue={queue} />}
      <Figures queue={queue} />
      <QueueCharts queue={queue} minutes={minutes} />
    </section>
  );
}

function Unattended({ queue }: { queue: Queue }) {
  const t = useText();
  const command = workerCommand(queue.queue);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      my="xs"
      icon={<TriangleAlert size={18} />}
      title={t("queues.unattended", { queue: queue.queue, count: waitingIn(queue) })}
    >
      {t("queues.unattended.remedy")}
      <Group gap={6} mt={4}>
        <Mono className={classes.command}>{command}</Mono>
        <CopyButton value={command} />
      </Group>
    </Alert>
  );
}

function Figures({ queue }: { queue: Queue }) {
  const t = useText();
  const number = (value: number) => value.toLocaleString();
  return (
    <dl className={classes.figures}>
      <Figure name={t("queues.running")}>
        {t("queues.busy", { running: queue.running, slots: queue.slots })}
        <Progress
          size={4}
          mt={3}
          value={queue.slots ? Math.min(100, (queue.running / queue.slots) * 100) : 0}
          color="var(--state-running)"
          aria-label={t("queues.busy", { running: queue.running, slots: queue.slots })}
        />
      </Figure>
      <Figure name={t("queues.backlog")} hint={t("queues.backlog.hint")}>
        {number(queue.backlog)}
      </Figure>
      <Figure name={t("queues.outstanding")} hint={t("queues.outstanding.hint")}>
        {number(queue.outstanding)}
      </Figure>
      <Figure name={t("queues.depth")} hint={t("queues.depth.hint")}>
        {queue.depth === null ? "?" : number(queue.depth)}
      </Figure>
      <Figure name={t("queues.oldest")}>
        <Duration seconds={queue.oldest_seconds} />
      </Figure>
      <Figure name={t("queues.mean")}>
        <Duration seconds={queue.mean_duration} />
      </Figure>
      <Figure name={t("queues.workers")}>{number(queue.workers)}</Figure>
      <Figure name={t("queues.wanted")} hint={t("queues.wanted.hint")}>
        {number(queue.wanted_workers)}
      </Figure>
    </dl>
  );
}

function Figure({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <div className={classes.figure}>
      <dt>
        {hint ? (
          <Tooltip label={hint} multiline w={280}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the hint opens on focus, too */}
            <span className={classes.hinted} tabIndex={0}>
              {name}
            </span>
          </Tooltip>
        ) : (
          name
        )}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
