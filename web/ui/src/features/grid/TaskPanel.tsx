import { Group } from "@mantine/core";
import { ChartScatter } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useText } from "@/i18n";
import { TaskHold } from "../actions/TaskHold";
import { releaseCommand } from "../holds/holds";
import { useHolds } from "../holds/useHolds";
import { dagAddress } from "../runs/addresses";
import { HeldBadge } from "../runs/HeldBadge";
import { Reasons } from "../runs/Reasons";
import { TaskSetup } from "../task/TaskSetup";
import { SidePanel } from "./SidePanel";
import panel from "./SidePanel.module.css";

interface TaskPanelProps {
  dagId: string;
  taskId: string;
  subtitle: ReactNode;
  /** Only older runs have it: it has no setup, and cannot be held. */
  isRemoved?: boolean;
  children?: ReactNode;
  onClose: () => void;
}

/** A task apart from any run: held in all of them, how it is set up, and what else there is to show of it. */
export function TaskPanel({ dagId, taskId, subtitle, isRemoved = false, children, onClose }: TaskPanelProps) {
  const t = useText();
  const hold = useHolds(dagId).tasks.get(taskId) ?? null;
  return (
    <SidePanel
      title={taskId}
      subtitle={
        <>
          <HeldBadge hold={hold} />
          {subtitle}
        </>
      }
      address={null}
      onClose={onClose}
    >
      {!isRemoved && (
        <Group gap={6}>
          <TaskHold key={taskId} dagId={dagId} taskId={taskId} hold={hold} />
        </Group>
      )}
      <Reasons hold={hold && { ...hold, every_run: true }} release={releaseCommand(dagId, null, taskId)} state="none" />
      <nav className={panel.links} aria-label={t("grid.links")}>
        <Link to={dagAddress(dagId, "duration", { task: taskId })}>
          <ChartScatter size={14} /> {t("task.durations")}
        </Link>
      </nav>
      {children}
      {!isRemoved && <TaskSetup dagId={dagId} taskId={taskId} runId={null} />}
    </SidePanel>
  );
}
