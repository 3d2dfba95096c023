import { Alert, Group, Code as Mono, Progress, Title, Tooltip, Text as Words } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Link } from "react-router";
import { CopyButton } from "@/components/CopyButton";
import { useText } from "@/i18n";
import { Duration } from "@/time/Time";
import { tasksAddress, WAITING } from "../taskList/filters";
import { healthOf, waitingIn, workerCommand } from "./health";
import { QueueCharts } from "./QueueCharts";
import classes from "./Queues.module.css";
import type { Queue } from "./queries";

interface QueueCardProps {
  queue: Queue;
  minutes: number;
  /** It is the one that the address names. */
  isChosen?: boolean;
}

/** A queue: what to do about it, its figures, and how they went. */
export function QueueCard({ queue, minutes, isChosen }: QueueCardProps) {
  const t = useText();
  const health = healthOf(queue);
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isChosen) card.current?.scrollIntoView({ block: "start" });
  }, [isChosen]);
  return (
    <section
      ref={card}
      className={classes.card}
      data-health={health}
      data-chosen={isChosen || undefined}
      aria-label={queue.queue}
    >
      <Group gap="sm" align="baseline">
        <Title order={2} fz="md" className={classes.name}>
          {queue.queue}
        </Title>
        {health === "quiet" && (
          <Words fz="sm" c="dimmed">
            {t("queues.unattended.quiet")}
          </Words>
        )}
        <Group gap="md" ml="auto" fz="sm">
          {waitingIn(queue) > 0 && (
            <Link to={tasksAddress({ queue: queue.queue, state: WAITING })}>{t("queues.toTasks")}</Link>
          )}
          <Link to={`/nodes?${new URLSearchParams({ queue: queue.queue })}`}>{t("queues.toWorkers")}</Link>
        </Group>
      </Group>
      {health === "unattended" && <Unattended queue={queue} />}
      {health === "short" && <Short queue={queue} />}
      <Figures queue={queue} />
      <QueueCharts queue={queue} minutes={minutes} />
    </section>
  );
}

function Unattended({ queue }: { queue: Queue }) {
  const t = useText();
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
      <Command queue={queue.queue} />
    </Alert>
  );
}

function Short({ queue: { queue, wanted_workers: wanted, workers } }: { queue: Queue }) {
  const t = useText();
  return (
    <div className={classes.short}>
      <Words fz="sm">{t("queues.short", { wanted, workers, count: wanted - workers })}</Words>
      <Command queue={queue} />
    </div>
  );
}

/** What starts a worker for the queue, to be copied. */
function Command({ queue }: { queue: string }) {
  const command = workerCommand(queue);
  return (
    <Group gap={6} mt={4}>
      <Mono className={classes.command}>{command}</Mono>
      <CopyButton value={command} />
    </Group>
  );
}

function Figures({ queue }: { queue: Queue }) {
  const t = useText();
  const number = (value: number) => value.toLocaleString();
  return (
    <dl className={classes.figures}>
      <Figure name={t("queues.running")}>
        <Count queue={queue} state="running" count={queue.running}>
          {t("queues.busy", { running: queue.running, slots: queue.slots })}
        </Count>
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
        <Count queue={queue} state="queued" count={queue.outstanding} />
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

interface CountProps {
  queue: Queue;
  state: string;
  count: number;
  children?: ReactNode;
}

/** A number of task instances that leads to their list. */
function Count({ queue, state, count, children }: CountProps) {
  const words = children ?? count.toLocaleString();
  return count > 0 ? <Link to={tasksAddress({ queue: queue.queue, state })}>{words}</Link> : words;
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
