import { Alert, Group, SegmentedControl, Stack, Title } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { Layers } from "lucide-react";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { useAddressText } from "@/components/useAddressText";
import { useText } from "@/i18n";
import { byNeed } from "./health";
import { QueueCard } from "./QueueCard";
import { useQueues } from "./queries";

const SPANS = [
  { value: "60", label: "queues.history.hour" },
  { value: "360", label: "queues.history.six" },
  { value: "1440", label: "queues.history.day" },
] as const;

/** Every queue: what waits, since when, who consumes it and how many workers it could use. What needs somebody comes first. */
export function QueuesView() {
  const t = useText();
  const queues = useQueues();
  const [chosen] = useAddressText("queue");
  const [minutes, setMinutes] = useLocalStorage({ key: "headway.queues.minutes", defaultValue: "60" });
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>{t("queues.label")}</Title>
        <SegmentedControl
          size="xs"
          aria-label={t("queues.history.range")}
          value={minutes}
          onChange={setMinutes}
          data={SPANS.map(({ value, label }) => ({ value, label: t(label) }))}
        />
      </Group>
      <QueryView query={queues}>
        {(all) =>
          all.length ? (
            <>
              {all.some((queue) => queue.depth === null) && <Alert color="yellow">{t("queues.broker.away")}</Alert>}
              {byNeed(all).map((queue) => (
                <QueueCard
                  key={queue.queue}
                  queue={queue}
                  minutes={Number(minutes)}
                  isChosen={queue.queue === chosen}
                />
              ))}
            </>
          ) : (
            <EmptyState icon={Layers} title={t("queues.none")}>
              {t("queues.none.remedy")}
            </EmptyState>
          )
        }
      </QueryView>
    </Stack>
  );
}
