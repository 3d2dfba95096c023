import { VisuallyHidden } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import type { Durations } from "@/api/runTypes";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { durationText, momentParts } from "@/time/format";
import { roundDuration } from "../grid/DurationAxis";
import { instanceAddress } from "../runs/addresses";
import { ChartTip } from "./ChartTip";
import { lineColour } from "./colours";
import classes from "./Durations.module.css";
import { Lines } from "./Lines";
import { nearest, type PointPlace, stepTo } from "./places";
import { valueScale } from "./scale";
import type { Series } from "./series";
import { present } from "./statistics";

interface DurationChartProps {
  dagId: string;
  data: Durations;
  /** The chosen tasks, in the order of their colours. */
  series: readonly Series[];
  isLog: boolean;
}

export const MARGIN = { left: 52, right: 16, top: 12, bottom: 30 };

/** Durations over runs as lines. Arrow keys walk over the points, Enter opens the task in that run. */
export function DurationChart({ dagId, data, series, isLog }: DurationChartProps) {
  const t = useText();
  const navigate = useNavigate();
  const { zone } = usePreferences();
  const { ref, width, height } = useElementSize();
  const [active, setActive] = useState<(PointPlace & { x: number; y: number }) | null>(null);
  const scale = useMemo(
    () =>
      valueScale(
        series.flatMap(({ values }) => present(values)),
        isLog,
      ),
    [series, isLog],
  );
  const plot = {
    width: Math.max(1, width - MARGIN.left - MARGIN.right),
    height: Math.max(1, height - MARGIN.top - MARGIN.bottom),
  };
  const x = (run: number) => MARGIN.left + ((run + 0.5) / data.runs.length) * plot.width;
  const y = (seconds: number) => MARGIN.top + (1 - scale.at(seconds)) * plot.height;

  const open = ({ line, run }: PointPlace) => {
    const [taskId, runId] = [series[line]?.taskId, data.runs[run]?.dag_run_id];
    if (taskId && runId) void navigate(instanceAddress({ dagId, runId, taskId, mapIndex: -1 }));
  };
  const moved = (event: React.PointerEvent<SVGSVGElement>) => {
    const frame = event.currentTarget.getBoundingClientRect();
    const place = nearest(series, x, y, event.clientX - frame.left, event.clientY - frame.top);
    setActive(place && { ...place, x: event.clientX, y: event.clientY });
  };
  const pressed = (event: React.KeyboardEvent<SVGSVGElement>) => {
    if (event.key === "Enter" && active) return open(active);
    const next = stepTo(series, active, event.key);
    if (next === null) return;
    event.preventDefault();
    const frame = event.currentTarget.getBoundingClientRect();
    const value = series[next.line]?.values[next.run] ?? 0;
    setActive({ ...next, x: frame.left + x(next.run), y: frame.top + y(value) });
  };
  const every = Math.max(1, Math.ceil(data.runs.length / Math.max(1, plot.width / 92)));
  return (
    <div ref={ref} className={classes.chart}>
      <svg
        role="group"
        width={width}
        height={height}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys walk over the points
        tabIndex={0}
        aria-label={t("duration.label")}
        onPointerMove={moved}
        onPointerLeave={() => setActive(null)}
        onClick={() => active && open(active)}
        onKeyDown={pressed}
        onBlur={() => setActive(null)}
        data-active={active !== null || undefined}
      >
        {scale.ticks.map((tick) => (
          <g key={tick}>
            <line className={classes.rule} x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
            <text className={classes.tick} x={MARGIN.left - 8} y={y(tick) + 4} textAnchor="end">
              {tick === 0 ? "0" : roundDuration(tick)}
            </text>
          </g>
        ))}
        {data.runs.map((run, at) =>
          at % every === 0 ? (
            <text key={run.dag_run_id} className={classes.tick} x={x(at)} y={height - 8} textAnchor="middle">
              {dateText(run.run_after, zone)}
            </text>
          ) : null,
        )}
        {active && (
          <line
            className={classes.cross}
            x1={x(active.run)}
            x2={x(active.run)}
            y1={MARGIN.top}
            y2={height - MARGIN.bottom}
          />
        )}
        <Lines {...{ series, x, y, right: width - MARGIN.right, runs: data.runs, bottom: height - MARGIN.bottom }} />
        {active && (
          <circle
            className={classes.activePoint}
            cx={x(active.run)}
            cy={y(series[active.line]?.values[active.run] ?? 0)}
            r={6}
            stroke={lineColour(active.line)}
          />
        )}
      </svg>
      {active && <ChartTip {...{ series, data, active }} />}
      <VisuallyHidden aria-live="polite">
        {active &&
          t("duration.point", {
            task: series[active.line]?.taskId ?? "",
            duration: durationText(series[active.line]?.values[active.run] ?? 0),
            run: data.runs[active.run]?.dag_run_id ?? "",
          })}
      </VisuallyHidden>
    </div>
  );
}

function dateText(time: string, zone: Parameters<typeof momentParts>[1]): string {
  const { date, clock } = momentParts(new Date(time), zone);
  return `${date.slice(5)} ${clock.slice(0, 5)}`;
}
