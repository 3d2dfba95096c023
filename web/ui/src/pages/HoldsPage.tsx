import { AdminPage } from "@/features/admin/AdminPage";
import { DagSelect } from "@/features/backfills/DagSelect";
import { useDagFilter } from "@/features/backfills/useDagFilter";
import { HoldList } from "@/features/holds/HoldList";
import { useText } from "@/i18n";

/** Everything that people hold back: DAGs, runs, tasks of all runs or of one. */
export default function HoldsPage() {
  const t = useText();
  const [dagId, setDagId] = useDagFilter();
  return (
    <AdminPage
      title={t("nav.holds")}
      hint={t("holds.hint")}
      tools={<DagSelect asFilter value={dagId} onChange={setDagId} />}
    >
      <HoldList dagId={dagId} />
    </AdminPage>
  );
}
