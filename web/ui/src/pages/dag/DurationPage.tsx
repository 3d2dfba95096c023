import { Checkbox, SegmentedControl, Select } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChartScatter } from "lucide-react";
import { useMemo, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import type { Durations } from "@/api/runTypes";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { SearchField } from "@/components/SearchField";
import { DurationChart } from "@/features/durations/DurationChart";
import classes from "@/features/durations/Durations.module.css";
import { DurationTable } from "@/features/durations/DurationTable";
import { firstChosen, type Series, seriesOf } from "@/features/durations/series";
import { useText } from "@/i18n";

const COUNTS = ["25", "50", "100"];

/** How long tasks take over runs. */
export default function DurationPage() {
  const { dagId = "" } = useParams();
  const t = useText();
  const [count, setCount] = useState("50");
  const query = useQuery({
    queryKey: keys.runs(dagId, "durations", count),
    queryFn: ({ signal }) => api.get<Durations>(path`/dags/${dagId}/durations`, { query: { limit: count }, signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <QueryView query={query}>
      {(data) =>
        data.runs.length === 0 ? (
          <EmptyState icon={ChartScatter} title={t("duration.empty")}>
            {t("duration.empty.words")}
          </EmptyState>
        ) : (
          <Chart dagId={dagId} data={data} count={count} onCount={setCount} />
        )
      }
    </QueryView>
  );
}

interface ChartProps {
  dagId: string;
  data: Durations;
  count: string;
  onCount: (count: string) => void;
}

function Chart({ dagId, data, count, onCount }: ChartProps) {
  const t = useText();
  const [search, setSearch] = useSearchParams();
  const [withQueue, setWithQueue] = useState(false);
  const [scale, setScale] = useState("linear");
  const [text, setText] = useState("");
  const series = useMemo(() => seriesOf(data, withQueue), [data, withQueue]);
  const named = search.getAll("task");
  const chosen = named.length > 0 ? named : firstChosen(series);
  const lines = chosen
    .map((id) => series.find(({ taskId }) => taskId === id))
    .filter((each): each is Series => each !== undefined);
  const listed = series.filter(({ taskId }) => taskId.toLowerCase().includes(text.trim().toLowerCase()));
  const choose = (ids: string[]) => {
    const params = new URLSearchParams(search);
    params.delete("task");
    for (const id of ids) params.append("task", id);
    setSearch(params, { replace: true });
  };
  return (
    <div className={classes.page}>
      <div className={classes.toolbar} role="toolbar" aria-label={t("duration.toolbar")}>
        <SearchField label={t("duration.filter")} value={text} onChange={setText} />
        <Select
          size="xs"
          w="8.5rem"
          aria-label={t("duration.runCount")}
          allowDeselect={false}
          value={count}
          onChange={(value) => value !== null && onCount(value)}
          data={COUNTS.map((value) => ({ value, label: t("duration.lastRuns", { count: Number(value) }) }))}
        />
        <SegmentedControl
          size="xs"
          aria-label={t("duration.scale")}
          value={scale}
          onChange={setScale}
          data={[
            { value: "linear", label: t("duration.linear") },
            { value: "log", label: t("duration.log") },
          ]}
        />
        <Checkbox
          size="xs"
          label={t("duration.withQueue")}
          checked={withQueue}
          onChange={(event) => setWithQueue(event.currentTarget.checked)}
        />
        <span className={classes.key}>
          <span className={classes.keyMedian} /> {t("duration.median")}
          <span className={classes.keyOutlier} /> {t("duration.outlier")}
        </span>
      </div>
      <DurationChart dagId={dagId} data={data} series={lines} isLog={scale === "log"} />
      <div className={classes.table}>
        <DurationTable series={listed} chosen={chosen} onChoose={choose} />
      </div>
    </div>
  );
}
