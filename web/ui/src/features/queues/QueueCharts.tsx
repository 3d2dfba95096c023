import { Text as Words } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import { useMemo } from "react";
import { useText } from "@/i18n";
import { durationText } from "@/time/format";
import { Chart } from "./Chart";
import classes from "./Queues.module.css";
import { useQueueHistory } from "./queries";
import { ends, type Figure, seriesOf } from "./series";

const FIGURES: { figure: Figure; text: "queues.waiting" | "queues.running" | "queues.oldest"; color: string }[] = [
  { figure: "waiting", text: "queues.waiting", color: "--state-queued-ink" },
  { figure: "running", text: "queues.running", color: "--state-running" },
  { figure: "oldest", text: "queues.oldest", color: "--state-up-for-retry-ink" },
];

/** What waits, what runs (below the dashed line of slots) and how long the oldest waits. Asked for when it can be seen. */
export function QueueCharts({ queue, minutes }: { queue: string; minutes: number }) {
  const t = useText();
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const history = useQueueHistory(queue, minutes, inViewport);
  const points = history.data;
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
          const format = figure === "oldest" ? ageText : (value: number) => value.toLocaleString();
          const { now, most } = ends(series);
          const what = t(text);
          const label = t("queues.chart", { what, queue, now: format(now), most: format(most) });
          return (
            <Chart
              key={figure}
              title={what}
              label={label}
              series={series}
              minutes={minutes}
              color={color}
              format={format}
            />
          );
        })
      )}
    </div>
  );
}

const ageText = (seconds: number): string => (seconds > 0 ? durationText(seconds) : "–");
