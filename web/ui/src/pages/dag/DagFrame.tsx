import { Skeleton } from "@mantine/core";
import { Outlet, useParams } from "react-router";
import { LinkTabs } from "@/components/LinkTabs";
import { QueryView } from "@/components/QueryView";
import { Crumbs } from "@/features/frame/Crumbs";
import { DagHeader } from "@/features/frame/DagHeader";
import { useDag } from "@/features/frame/useDag";
import { type MessageKey, useText } from "@/i18n";
import classes from "./DagFrame.module.css";

const TABS = ["grid", "graph", "duration", "gantt", "code", "runs", "details"] as const;

/** What all pages of a DAG share: its head and the tabs; pages of a run or task have breadcrumbs instead. */
export default function DagFrame() {
  const { dagId = "", runId } = useParams();
  const dag = useDag(dagId);
  return (
    <div className={classes.frame}>
      {runId ? (
        <Crumbs label={dag.data?.label || dagId} />
      ) : (
        <div>
          <QueryView query={dag} loading={<Skeleton height={56} />}>
            {(data) => <DagHeader dag={data} />}
          </QueryView>
          {!dag.isError && <DagTabs dagId={dagId} />}
        </div>
      )}
      {!dag.isError && (
        <div className={classes.page}>
          <Outlet />
        </div>
      )}
    </div>
  );
}

function DagTabs({ dagId }: { dagId: string }) {
  const t = useText();
  const base = `/dags/${encodeURIComponent(dagId)}`;
  const tabs = TABS.map((tab) => ({ to: `${base}/${tab}`, label: t(`dag.tab.${tab}` as MessageKey) }));
  return (
    <div className={classes.tabs}>
      <LinkTabs tabs={tabs} label={t("dag.tabs")} />
    </div>
  );
}
