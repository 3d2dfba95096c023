import { path } from "@/api/client";
import type { DagRun, DagRunPage } from "@/api/dagTypes";
import { keys } from "@/api/keys";
import { useList } from "@/api/useList";
import { EmptyState } from "@/components/EmptyState";
import { ListView } from "@/components/ListView";
import { useFilters } from "@/components/useFilters";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { useBulk } from "../bulk/useBulk";
import { useRunActions } from "../bulk/useRunActions";
import { momentOf } from "../trigger/values";
import { useRunColumns } from "./columns";
import { isRunFiltered, runFiltersFrom, runQueryOf, runSearchOf } from "./filters";
import { orderFor } from "./orders";
import { RunFilterBar } from "./RunFilterBar";
import classes from "./RunList.module.css";

const keyOf = (run: DagRun) => `${run.dag_id} ${run.dag_run_id}`;
const nameOf = (run: DagRun) => run.dag_run_id;
const longNameOf = (run: DagRun) => `${run.dag_id} · ${run.dag_run_id}`;

const rows = ({ dag_runs }: DagRunPage) => dag_runs;

/** The runs of a DAG, or of all of them: filtered and sorted as the address says. */
export function RunList({ dagId }: { dagId?: string }) {
  const t = useText();
  const isOverAll = dagId === undefined;
  const { zone } = usePreferences();
  const [filters, change, clear] = useFilters(runFiltersFrom, runSearchOf);
  const of = dagId ?? (filters.dag_id || "~");
  const order = orderFor(filters.order, of !== "~");
  const query = runQueryOf({ ...filters, order }, (input) => momentOf(input, zone), Date.now());
  const list = useList<DagRun, DagRunPage>({
    queryKey: of === "~" ? keys.operating("runs", query) : keys.runs(of, "list", query),
    resource: path`/dags/${of}/dagRuns`,
    query,
    rows,
  });
  const columns = useRunColumns({ isOverAll, isOneDag: of !== "~", order, onOrder: (next) => change({ order: next }) });
  const bulk = useBulk({
    rows: list.rows,
    columns,
    keyOf,
    nameOf: isOverAll ? longNameOf : nameOf,
    actions: useRunActions(),
  });
  return (
    <div className={classes.page}>
      <RunFilterBar filters={filters} onChange={change} onClear={clear} isOverAll={isOverAll} />
      <ListView
        list={list}
        columns={bulk.columns}
        rowKey={keyOf}
        label={t("runs.title")}
        empty={<NoRuns filtered={isRunFiltered(filters)} />}
      />
      {bulk.bar}
    </div>
  );
}

function NoRuns({ filtered }: { filtered: boolean }) {
  const t = useText();
  if (filtered) return <EmptyState title={t("empty.filtered")} />;
  return <EmptyState title={t("runs.empty.title")}>{t("runs.empty.text")}</EmptyState>;
}
