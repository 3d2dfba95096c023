import { Checkbox } from "@mantine/core";
import { type Column, DataTable } from "@/components/DataTable";
import { useText } from "@/i18n";
import { Duration } from "@/time/Time";
import { lineColour, MOST_LINES } from "./colours";
import classes from "./Durations.module.css";
import { Sparkline } from "./Sparkline";
import type { Series } from "./series";

interface DurationTableProps {
  series: readonly Series[];
  chosen: readonly string[];
  onChoose: (chosen: string[]) => void;
}

/** The tasks from the longest to the shortest, with what stands out; chosen ones are lines of the chart. */
export function DurationTable({ series, chosen, onChoose }: DurationTableProps) {
  const t = useText();
  const columns: Column<Series>[] = [
    {
      id: "task",
      header: t("task.task"),
      width: "minmax(9rem, 2fr)",
      cell: (row) => {
        const line = chosen.indexOf(row.taskId);
        const isChosen = line >= 0;
        return (
          <Checkbox
            size="xs"
            classNames={{ label: classes.taskName ?? "" }}
            color={isChosen ? lineColour(line) : undefined}
            checked={isChosen}
            disabled={!isChosen && chosen.length >= MOST_LINES}
            label={row.taskId}
            aria-label={t("duration.show", { task: row.taskId })}
            onChange={() => onChoose(isChosen ? chosen.filter((id) => id !== row.taskId) : [...chosen, row.taskId])}
          />
        );
      },
    },
    {
      id: "trend",
      header: t("duration.trend"),
      width: "10.5rem",
      wideOnly: true,
      cell: (row) => <Sparkline values={row.values} outliers={row.outliers} />,
    },
    {
      id: "median",
      header: t("duration.median"),
      width: "6rem",
      align: "right",
      cell: (row) => <Duration seconds={row.median} />,
    },
    {
      id: "p95",
      header: t("duration.p95"),
      width: "6rem",
      align: "right",
      wideOnly: true,
      cell: (row) => <Duration seconds={row.p95} />,
    },
    {
      id: "last",
      header: t("duration.last"),
      width: "6rem",
      align: "right",
      cell: (row) => <Duration seconds={row.last} />,
    },
    {
      id: "share",
      header: t("duration.share"),
      width: "8rem",
      align: "right",
      wideOnly: true,
      cell: (row) => (
        <span className={classes.share}>
          <span className={classes.shareBar} style={{ width: `${Math.round(row.share * 60)}px` }} />
          {(row.share * 100).toFixed(row.share < 0.1 ? 1 : 0)} %
        </span>
      ),
    },
    {
      id: "outliers",
      header: t("duration.outliers"),
      width: "6rem",
      align: "right",
      wideOnly: true,
      cell: (row) => row.outliers.filter(Boolean).length || "–",
    },
    { id: "runs", header: t("duration.runs"), width: "5rem", align: "right", wideOnly: true, cell: (row) => row.runs },
  ];
  return (
    <DataTable
      rows={series}
      columns={columns}
      rowKey={(row) => row.taskId}
      rowHeight={34}
      label={t("duration.label")}
      virtual
    />
  );
}
