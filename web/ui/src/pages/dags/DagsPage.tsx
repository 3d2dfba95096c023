import { Button, Skeleton, Title, Text as Words } from "@mantine/core";
import { Network } from "lucide-react";
import { Link } from "react-router";
import { DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorBox } from "@/components/ErrorBox";
import { useFilters } from "@/components/useFilters";
import { useDagColumns } from "@/features/dags/columns";
import { DagFilterBar } from "@/features/dags/DagFilterBar";
import { filtersFrom, isFiltered, searchOf } from "@/features/dags/filters";
import { ImportErrorsNote } from "@/features/dags/ImportErrorsNote";
import { useDagList } from "@/features/dags/useDagList";
import { useText } from "@/i18n";
import classes from "./DagsPage.module.css";

const ROW_HEIGHT = 54;

/** All DAGs: what they are, when they run next, how their last runs went. */
export default function DagsPage() {
  const t = useText();
  const [filters, change, clear] = useFilters(filtersFrom, searchOf);
  const { list, dags, total, loadMore } = useDagList(filters);
  const columns = useDagColumns(filters.order, change);
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <Title order={1}>{t("dags.title")}</Title>
        <Words c="dimmed" fz="sm" aria-live="polite">
          {total !== null && t("dags.count", { count: total })}
        </Words>
      </div>
      <ImportErrorsNote />
      <DagFilterBar filters={filters} onChange={change} onClear={clear} />
      {list.isError && <ErrorBox error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Waiting />}
      {list.data && dags.length === 0 && (isFiltered(filters) ? <NoneFits onClear={clear} /> : <NoDags />)}
      {dags.length > 0 && (
        <div className={classes.table} data-old={list.isPlaceholderData || undefined}>
          <DataTable
            virtual
            rows={dags}
            columns={columns}
            rowKey={(dag) => dag.dag_id}
            label={t("dags.title")}
            rowHeight={ROW_HEIGHT}
            onEndReached={loadMore}
          />
        </div>
      )}
    </div>
  );
}

function Waiting() {
  return (
    <div aria-busy="true" className={classes.waiting}>
      {Array.from({ length: 12 }, (_, i) => (
        <Skeleton key={i} height={ROW_HEIGHT - 16} />
      ))}
    </div>
  );
}

function NoneFits({ onClear }: { onClear: () => void }) {
  const t = useText();
  return (
    <EmptyState
      title={t("empty.filtered")}
      action={
        <Button variant="default" size="xs" onClick={onClear}>
          {t("empty.filtered.action")}
        </Button>
      }
    />
  );
}

function NoDags() {
  const t = useText();
  return (
    <EmptyState
      icon={Network}
      title={t("dags.empty.title")}
      action={
        <Button variant="default" size="xs" component={Link} to="/admin/import-errors">
          {t("admin.importErrors")}
        </Button>
      }
    >
      {t("dags.empty.text")}
    </EmptyState>
  );
}
