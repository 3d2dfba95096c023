import { Text as Words } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import { useMemo } from "react";
import { useLanguage, useText } from "@/i18n";
import { durationText, timeSigns } from "@/time/format";
import { Chart } from "./Chart";
import { waitingIn } from "./health";
import classes from "./Queues.module.css";
import { type Queue, useQueueHistory } from "./queries";
import { ends, type Figure, seriesOf } from "./series";

const FIGURES: { figure: Figure; text: "queues.waiting" | "queues.running" | "queues.oldest"; color: string }[] = [
  { figure: "waiting", text: "queues.waiting", color: "--state-queued-ink" },
  { figure: "running", text: "queues.running", color: "--state-running" },
  { figure: "oldest", text: "queues.oldest", color: "--state-up-for-retry-ink" },
];

/** The same figures as they are now. */
const LIVE: Record<Figure, (queue: Queue) => number> = {
  waiting: waitingIn,
  running: (queue) => queue.running,
  oldest: (queue) => queue.oldest_seconds ?? 0,
};

/** What waits, what runs (below the dashed line of slots) and how long the oldest waits. Asked for when it can be seen. */
export function QueueCharts({ queue, minutes }: { queue: Queue; minutes: number }) {
  const t = useText();
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const history = useQueueHistory(queue.queue, minutes, inViewport);
  const points = history.data;
  const [, , , second] = timeSigns(useLanguage());
  const charts = useMemo(
    () => FIGURES.map((each) => ({ ...each, series: seriesOf(points ?? [], each.figure) })),
    [points],
  );
  return (
    <div ref={ref} className={classes.charts}>
      {points?.length === 0 ? (
        <Words fz="sm" c="dimmed">
          {t("queues.history.none")}
        </Words>
      ) : (
        charts.map(({ figure, text, color, series }) => {
          const format = figure === "oldest" ? ageText : numberText;
          const live = LIVE[figure](queue);
          const most = Math.max(ends(series).most, live);
          const what = t(text);
          const label = t("queues.chart", { what, queue: queue.queue, now: format(live), most: format(most) });
          return (
            <Chart
              key={figure}
              title={what}
              label={label}
              series={series}
              minutes={minutes}
              live={live}
              unit={figure === "oldest" ? second : ""}
              color={color}
              format={format}
            />
          );
        })
      )}
    </div>
  );
}

const numberText = (value: number): string => value.toLocaleString();

const ageText = (seconds: number): string => (seconds > 0 ? durationText(seconds) : "–");
