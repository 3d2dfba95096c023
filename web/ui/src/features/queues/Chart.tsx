import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { useText } from "@/i18n";
import { usePreferences, type Zone } from "@/preferences/store";
import { momentParts, shortTime } from "@/time/format";
import classes from "./Chart.module.css";
import { ends, type Series, spanOf } from "./series";

interface ChartProps {
  title: string;
  /** What the chart shows, in words, for those who cannot see it. */
  label: string;
  series: Series;
  /** How far back the chart reaches. */
  minutes: number;
  /** The figure as it is now; the newest sample is up to a minute old. */
  live: number;
  /** A name of a CSS variable. */
  color: string;
  format: (value: number) => string;
  /** Behind the numbers of the axis. */
  unit: string;
}

const HEIGHT = 92;
/** Charts of the same page move their cursors together. */
const SYNC = "queues";

/** One figure over time, small: many of them stand beside each other. */
export function Chart({ title, label, series, minutes, live, color, format, unit }: ChartProps) {
  const { ref: measure, width } = useElementSize();
  const [place, setPlace] = useState<HTMLDivElement | null>(null);
  const ref = useMergedRef(measure, setPlace);
  const scheme = useComputedColorScheme();
  const { zone } = usePreferences();
  const chart = useRef<uPlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const latest = useRef(series);
  latest.current = series;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme means other colours
  useEffect(() => {
    if (!place || width === 0) return;
    const made = new uPlot(
      optionsOf({ width, minutes, color, zone, unit, onCursor: setAt }),
      dataOf(latest.current),
      place,
    );
    chart.current = made;
    return () => {
      chart.current = null;
      made.destroy();
    };
  }, [place, width, minutes, color, zone, unit, scheme]);

  useEffect(() => chart.current?.setData(dataOf(series)), [series]);

  const t = useText();
  const most = Math.max(ends(series).most, live);
  const [time, value] = [at === null ? undefined : series.times[at], at === null ? null : series.values[at]];
  return (
    <figure className={classes.chart} aria-label={label}>
      <figcaption className={classes.caption}>
        <span>{title}</span>
        <b className={classes.value}>
          {format(time !== undefined && value !== null && value !== undefined ? value : live)}
        </b>
        <span className={classes.most}>
          {time !== undefined
            ? shortTime(new Date(time * 1000), zone)
            : most > 0 && t("queues.most", { most: format(most) })}
        </span>
      </figcaption>
      <div ref={ref} className={classes.plot} />
    </figure>
  );
}

function dataOf({ times, values, limit }: Series): uPlot.AlignedData {
  return [times, values, limit ?? times.map(() => null)];
}

interface Look {
  width: number;
  minutes: number;
  color: string;
  zone: Zone;
  unit: string;
  onCursor: (index: number | null) => void;
}

function optionsOf({ width, minutes, color, zone, unit, onCursor }: Look): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const [line, grid, faint] = [read(color), read("--hw-border-faint"), read("--hw-faint")];
  const font = "11px system-ui, sans-serif";
  return {
    width,
    height: HEIGHT,
    padding: [6, 16, 0, 0], // at the right half of the last time of day stands beyond the axis
    legend: { show: false },
    cursor: { sync: { key: SYNC }, y: false, drag: { x: false, y: false }, points: { size: 6 } },
    ...(zone === "UTC" && { tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") }),
    scales: {
      x: { range: (_chart, _least, most) => spanOf(most, minutes, Date.now() / 1000) },
      y: { range: (_chart, _least, most) => [0, Math.max(most ?? 0, 1) * 1.1] },
    },
    axes: [
      {
        values: (_chart, ticks) => ticks.map((tick) => momentParts(new Date(tick * 1000), zone).clock.slice(0, 5)),
        stroke: faint,
        font,
        size: 22,
        space: 70,
        grid: { show: false },
        ticks: { show: false },
      },
      {
        values: (_chart, ticks) => ticks.map((tick) => `${tick.toLocaleString()}${unit}`),
        stroke: faint,
        font,
        size: 44,
        space: 28,
        grid: { stroke: grid, width: 1 },
        ticks: { show: false },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000],
      },
    ],
    series: [
      {},
      { stroke: line, width: 1.75, fill: `color-mix(in srgb, ${line} 16%, transparent)`, points: { show: false } },
      { stroke: faint, width: 1, dash: [4, 4], points: { show: false } },
    ],
    hooks: { setCursor: [(chart) => onCursor(chart.cursor.idx ?? null)] },
  };
}
