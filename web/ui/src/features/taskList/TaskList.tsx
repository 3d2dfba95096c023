import { useEffect } from "react";
import { path } from "@/api/client";
import { keys } from "@/api/keys";
import type { TaskInstance, TaskInstancePage } from "@/api/runTypes";
import { type List, useList } from "@/api/useList";
import { EmptyState } from "@/components/EmptyState";
import { ListView } from "@/components/ListView";
import { useFilters } from "@/components/useFilters";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { useBulk } from "../bulk/useBulk";
import { useTaskActions } from "../bulk/useTaskActions";
import classes from "../dagRuns/RunList.module.css";
import { type InstanceColumn, useInstanceColumns } from "../runs/instanceColumns";
import { keyOf, nameOf } from "../runs/names";
import { momentOf } from "../trigger/values";
import { isTaskFiltered, taskFiltersFrom, taskQueryOf, taskSearchOf } from "./filters";
import { TaskFilterBar } from "./TaskFilterBar";

const COLUMNS: readonly InstanceColumn[] = [
  { id: "task", width: "minmax(7rem, 1.3fr)" },
  { id: "state", width: "10.25rem" },
  { id: "dag", width: "minmax(6rem, 1.1fr)" },
  { id: "run", width: "minmax(6rem, 1.3fr)" },
  { id: "duration", width: "5.75rem", wideOnly: true },
  { id: "try", width: "4rem", wideOnly: true },
  { id: "start", width: "6.5rem" },
  { id: "queue", width: "5.5rem" },
  { id: "why", width: "minmax(9rem, 2.4fr)" },
];

const longNameOf = (row: TaskInstance) => `${row.dag_id} · ${row.dag_run_id} · ${nameOf(row)}`;

const rows = ({ task_instances }: TaskInstancePage) => task_instances;

/** The task instances of many runs: filtered as the address says, the newest run first. */
export function TaskList() {
  const t = useText();
  const { zone } = usePreferences();
  const [filters, change, clear] = useFilters(taskFiltersFrom, taskSearchOf);
  const of = filters.dag_id || "~";
  const query = taskQueryOf(filters, (input) => momentOf(input, zone));
  const list = useList<TaskInstance, TaskInstancePage>({
    queryKey: of === "~" ? keys.operating("tasks", query) : keys.runs(of, "tasks", query),
    resource: path`/dags/${of}/dagRuns/~/taskInstances`,
    query,
    rows,
  });
  useFullPage(list);
  const bulk = useBulk({
    rows: list.rows,
    columns: useInstanceColumns(COLUMNS),
    keyOf,
    nameOf: longNameOf,
    actions: useTaskActions(),
  });
  return (
    <div className={classes.page}>
      <TaskFilterBar filters={filters} onChange={change} onClear={clear} />
      <ListView
        list={list}
        columns={bulk.columns}
        rowKey={keyOf}
        label={t("tasks.title")}
        empty={<EmptyState title={t(isTaskFiltered(filters) ? "empty.filtered" : "tasks.empty")} />}
      />
      {bulk.bar}
    </div>
  );
}

/** Rows that fill the screen. */
const ENOUGH = 25;
/** So many short pages are asked for by themselves; then the user says whether to look further. */
const PAGES = 5;

/** The server looks at so many runs for one page: where few of them have what is looked for, more pages are needed. */
function useFullPage({ list, rows }: List<TaskInstance>): void {
  const { hasNextPage, isFetching, data, fetchNextPage } = list;
  const wantsMore = hasNextPage && !isFetching && rows.length < ENOUGH && (data?.pages.length ?? 0) < PAGES;
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);
}
