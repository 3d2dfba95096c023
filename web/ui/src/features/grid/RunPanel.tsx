import { ChartNoAxesGantt, GitFork } from "lucide-react";
import { Link } from "react-router";
import { QueryView } from "@/components/QueryView";
import { useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { noteRun, useRefresh } from "../actions/changes";
import { NoteBox } from "../actions/NoteBox";
import { RunActions } from "../actions/RunActions";
import { dagAddress, runAddress } from "../runs/addresses";
import { HeldBadge } from "../runs/HeldBadge";
import { useRun } from "../runs/queries";
import { RunSummary } from "../runs/RunSummary";
import { RunTypeIcon, useRunTypeName } from "./RunHeads";
import { SidePanel } from "./SidePanel";
import classes from "./SidePanel.module.css";

interface RunPanelProps {
  dagId: string;
  runId: string;
  onClose: () => void;
}

/** A run beside the Grid. */
export function RunPanel({ dagId, runId, onClose }: RunPanelProps) {
  const t = useText();
  const query = useRun(dagId, runId);
  const refresh = useRefresh(dagId, runId);
  const typeName = useRunTypeName();
  const run = query.data;
  return (
    <SidePanel
      title={runId}
      subtitle={
        run && (
          <>
            <StateBadge state={run.state} />
            <HeldBadge hold={run.hold} />
            <span>
              <RunTypeIcon type={run.run_type} size={12} /> {typeName(run.run_type)}
            </span>
          </>
        )
      }
      address={runAddress(dagId, runId)}
      onClose={onClose}
    >
      {run && <RunActions run={run} />}
      <nav className={classes.links} aria-label={t("grid.links")}>
        <Link to={dagAddress(dagId, "graph", { run: runId })}>
          <GitFork size={14} /> {t("run.graph")}
        </Link>
        <Link to={dagAddress(dagId, "gantt", { run: runId })}>
          <ChartNoAxesGantt size={14} /> {t("run.gantt")}
        </Link>
      </nav>
      <QueryView query={query}>
        {(data) => (
          <>
            <RunSummary run={data} />
            <NoteBox on={data} save={(note) => noteRun(dagId, runId, note)} onSaved={refresh} />
          </>
        )}
      </QueryView>
    </SidePanel>
  );
}
