import { ActionIcon, Button, Checkbox, Tooltip } from "@mantine/core";
import { ZoomIn, ZoomOut } from "lucide-react";
import type { ReactNode } from "react";
import type { RunGantt } from "@/api/runTypes";
import { SearchField } from "@/components/SearchField";
import { useText } from "@/i18n";
import { durationText } from "@/time/format";
import classes from "./Gantt.module.css";
import { barsOf, timesOf } from "./geometry";
import type { Zoom } from "./useZoom";

interface GanttToolbarProps {
  gantt: RunGantt;
  text: string;
  onText: (text: string) => void;
  onlyCritical: boolean;
  onOnlyCritical: (only: boolean) => void;
  byGroup: boolean;
  onByGroup: (byGroup: boolean) => void;
  zoom: Zoom;
  lead: ReactNode;
}

/** What the chart shows, and what the critical path says. */
export function GanttToolbar(props: GanttToolbarProps) {
  const { gantt, text, onText, onlyCritical, onOnlyCritical, byGroup, onByGroup, zoom, lead } = props;
  const t = useText();
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t("gantt.toolbar")}>
      {lead}
      <SearchField label={t("grid.filterTasks")} value={text} onChange={onText} />
      <Checkbox
        size="xs"
        label={t("gantt.onlyCritical")}
        checked={onlyCritical}
        onChange={(event) => onOnlyCritical(event.currentTarget.checked)}
      />
      <Checkbox
        size="xs"
        label={t("gantt.byGroup")}
        checked={byGroup}
        onChange={(event) => onByGroup(event.currentTarget.checked)}
      />
      <div className={classes.zoom}>
        <Tooltip label={t("gantt.zoomOut")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("gantt.zoomOut")} onClick={() => zoom.by(-1)}>
            <ZoomOut size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t("gantt.zoomIn")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("gantt.zoomIn")} onClick={() => zoom.by(1)}>
            <ZoomIn size={16} />
          </ActionIcon>
        </Tooltip>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={zoom.fit}>
          {t("gantt.fit")}
        </Button>
      </div>
      <PathSummary gantt={gantt} />
    </div>
  );
}

function PathSummary({ gantt }: { gantt: RunGantt }) {
  const t = useText();
  if (gantt.critical_path.length === 0) return null;
  const onPath = new Set(gantt.critical_path.map((step) => `${step.task_id}:${step.map_index}`));
  const now = Date.now();
  let waited = 0;
  let ran = 0;
  for (const task of gantt.tasks) {
    if (!task.critical && !onPath.has(`${task.task_id}:${task.map_index}`)) continue;
    const times = timesOf(barsOf(task, now));
    waited += times.waited;
    ran += times.ran;
  }
  return (
    <span className={classes.path}>
      <span className={classes.pathMark} aria-hidden /> {t("gantt.path", { count: gantt.critical_path.length })} ·{" "}
      {t("gantt.pathSum", { ran: durationText(ran / 1000), waited: durationText(waited / 1000) })}
    </span>
  );
}
