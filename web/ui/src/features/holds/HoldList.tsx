import { CirclePause, CirclePlay } from "lucide-react";
import { useMemo } from "react";
import { keys } from "@/api/keys";
import type { Held, Holds } from "@/api/runTypes";
import { useList } from "@/api/useList";
import { Coded } from "@/components/Advised";
import { EmptyState } from "@/components/EmptyState";
import { ListView } from "@/components/ListView";
import { useText } from "@/i18n";
import { release } from "../actions/changes";
import type { BulkAction } from "../bulk/BulkBar";
import { useBulk } from "../bulk/useBulk";
import { useHoldColumns } from "./useHoldColumns";

const rows = ({ holds }: Holds) => holds;
const keyOf = (held: Held) => [held.dag_id, held.dag_run_id, held.task_id].join("\n");
const nameOf = (held: Held) => [held.dag_id, held.dag_run_id, held.task_id].filter(Boolean).join(" · ");

/** Everything that is held, of one DAG or ("") of all; many are released at once. */
export function HoldList({ dagId }: { dagId: string }) {
  const t = useText();
  const list = useList<Held, Holds>({
    queryKey: keys.operating("holds", dagId),
    resource: "/holds",
    query: { dag_id: dagId || undefined },
    rows,
  });
  const bulk = useBulk({ rows: list.rows, columns: useHoldColumns(), keyOf, nameOf, actions: useActions() });
  return (
    <>
      <ListView
        list={list}
        columns={bulk.columns}
        rowKey={keyOf}
        label={t("nav.holds")}
        empty={
          <EmptyState icon={CirclePause} title={t(dagId ? "empty.filtered" : "holds.none")}>
            <Coded text={t("holds.none.remedy", { button: t("hold.action") })} />
          </EmptyState>
        }
      />
      {bulk.bar}
    </>
  );
}

function useActions(): BulkAction<Held>[] {
  const t = useText();
  return useMemo(
    () => [
      {
        id: "release",
        label: t("hold.release"),
        icon: <CirclePlay size={14} />,
        role: "operator",
        title: (count) => t("holds.release", { count }),
        words: t("holds.release.words"),
        act: release,
      },
    ],
    [t],
  );
}
