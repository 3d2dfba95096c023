import { Tabs } from "@mantine/core";
import { ChartNoAxesGantt, FileText, GitFork, History, Package } from "lucide-react";
import { Link } from "react-router";
import type { InstanceRef } from "@/api/runTypes";
import { QueryView } from "@/components/QueryView";
import { useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { noteInstance, useRefresh } from "../actions/changes";
import { InstanceActions } from "../actions/InstanceActions";
import { NoteBox } from "../actions/NoteBox";
import { LogView } from "../logs/LogView";
import { dagAddress, instanceAddress, runAddress } from "../runs/addresses";
import { HeldBadge } from "../runs/HeldBadge";
import { InstanceSummary } from "../runs/InstanceSummary";
import { useInstance } from "../runs/queries";
import { SidePanel } from "./SidePanel";
import classes from "./SidePanel.module.css";

/** A task instance beside the Grid: why, facts, actions, log. */
export function InstancePanel({ target, onClose }: { target: InstanceRef; onClose: () => void }) {
  const t = useText();
  const query = useInstance(target);
  const refresh = useRefresh(target.dagId, target.runId);
  const instance = query.data;
  const name = target.mapIndex >= 0 ? `${target.taskId} [${target.mapIndex}]` : target.taskId;
  return (
    <SidePanel
      title={name}
      subtitle={
        <>
          {instance && <StateBadge state={instance.state} />}
          <HeldBadge hold={instance?.hold} />
          <Link to={runAddress(target.dagId, target.runId)}>{target.runId}</Link>
        </>
      }
      address={instanceAddress(target)}
      onClose={onClose}
    >
      <InstanceActions target={target} instance={instance} />
      <nav className={classes.links} aria-label={t("grid.links")}>
        <Link to={instanceAddress(target, "logs")}>
          <FileText size={14} /> {t("task.logs")}
        </Link>
        <Link to={instanceAddress(target, "xcom")}>
          <Package size={14} /> {t("task.xcom")}
        </Link>
        <Link to={instanceAddress(target, "tries")}>
          <History size={14} /> {t("task.tries")}
        </Link>
        <Link to={dagAddress(target.dagId, "graph", { run: target.runId, task: target.taskId })}>
          <GitFork size={14} /> {t("run.graph")}
        </Link>
        <Link to={dagAddress(target.dagId, "gantt", { run: target.runId })}>
          <ChartNoAxesGantt size={14} /> {t("run.gantt")}
        </Link>
      </nav>
      <QueryView query={query}>
        {(data) => (
          <Tabs defaultValue="details" keepMounted={false}>
            <Tabs.List>
              <Tabs.Tab value="details">{t("task.details")}</Tabs.Tab>
              <Tabs.Tab value="log">{t("task.log")}</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="details" pt="sm">
              <InstanceSummary instance={data} />
              <NoteBox on={data} save={(note) => noteInstance(target, note)} onSaved={refresh} />
            </Tabs.Panel>
            <Tabs.Panel value="log" pt="sm">
              <LogView
                target={{ ...target, mapIndex: data.map_index }}
                state={data.state}
                tryNumber={data.try_number}
                isSmall
              />
            </Tabs.Panel>
          </Tabs>
        )}
      </QueryView>
    </SidePanel>
  );
}
