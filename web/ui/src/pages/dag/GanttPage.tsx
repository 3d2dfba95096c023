import { useParams, useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { GanttView } from "@/features/gantt/GanttView";
import { useNewestRuns } from "@/features/graph/queries";
import { RunSelect } from "@/features/runs/RunSelect";
import { useText } from "@/i18n";

/** The Gantt chart of the run that the address names, or of the newest one. */
export default function GanttPage() {
  const t = useText();
  const { dagId = "" } = useParams();
  const [search, setSearch] = useSearchParams();
  const query = useNewestRuns(dagId);
  return (
    <QueryView query={query}>
      {(runs) => {
        const runId = search.get("run") ?? runs[0]?.dag_run_id ?? null;
        if (runId === null) return <EmptyState title={t("grid.noRuns")}>{t("gantt.empty.words")}</EmptyState>;
        const select = <RunSelect dagId={dagId} runId={runId} onChoose={(run) => setSearch({ run })} />;
        return <GanttView key={runId} dagId={dagId} runId={runId} lead={select} />;
      }}
    </QueryView>
  );
}
