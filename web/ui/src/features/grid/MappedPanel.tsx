import { Link } from "react-router";
import type { InstanceRef } from "@/api/runTypes";
import { InstanceActions } from "../actions/InstanceActions";
import { releaseCommand } from "../holds/holds";
import { useTaskHold } from "../holds/useHolds";
import { instanceAddress, runAddress } from "../runs/addresses";
import { HeldBadge } from "../runs/HeldBadge";
import { InstanceList } from "../runs/InstanceList";
import { Reasons } from "../runs/Reasons";
import { StateCounts } from "../runs/StateCounts";
import type { Summary } from "./cells";
import { SidePanel } from "./SidePanel";

interface MappedPanelProps {
  target: InstanceRef;
  summary: Summary | null;
  onClose: () => void;
}

/** All instances of a mapped task beside the Grid. */
export function MappedPanel({ target, summary, onClose }: MappedPanelProps) {
  const hold = useTaskHold(target);
  return (
    <SidePanel
      title={`${target.taskId} [ ]`}
      subtitle={
        <>
          <HeldBadge hold={hold} />
          <Link to={runAddress(target.dagId, target.runId)}>{target.runId}</Link>
        </>
      }
      address={instanceAddress(target)}
      onClose={onClose}
    >
      <InstanceActions target={target} instance={{ state: null, hold }} />
      <Reasons
        hold={hold}
        release={releaseCommand(target.dagId, hold?.every_run ? null : target.runId, target.taskId)}
        state="none"
      />
      {summary && <StateCounts counts={summary.counts as Record<string, number>} />}
      <InstanceList dagId={target.dagId} runId={target.runId} taskId={target.taskId} isSmall />
    </SidePanel>
  );
}
