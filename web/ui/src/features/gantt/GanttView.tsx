import { type ReactNode, useMemo, useState } from "react";
import type { RunGantt } from "@/api/runTypes";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { useText } from "@/i18n";
import { useNow } from "@/time/useNow";
import { toggled } from "../grid/rows";
import { useGantt } from "./data";
import classes from "./Gantt.module.css";
import { GanttChart } from "./GanttChart";
import { GanttToolbar } from "./GanttToolbar";
import { ganttRows } from "./rows";
import { useZoom } from "./useZoom";

/** When each task of a run waited and ran; `lead` stands first in the toolbar. */
export function GanttView({ dagId, runId, lead }: { dagId: string; runId: string; lead?: ReactNode }) {
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const expanded = [...turned].filter((key) => key.startsWith("mapped:")).map((key) => key.slice("mapped:".length));
  const query = useGantt(dagId, runId, expanded);
  return (
    <QueryView query={query}>
      {(gantt) => <Chart {...{ dagId, gantt, turned, lead }} onTurn={(key) => setTurned((old) => toggled(old, key))} />}
    </QueryView>
  );
}

interface ChartProps {
  dagId: string;
  gantt: RunGantt;
  turned: ReadonlySet<string>;
  lead: ReactNode;
  onTurn: (key: string) => void;
}

function Chart({ dagId, gantt, turned, lead, onTurn }: ChartProps) {
  const t = useText();
  const [text, setText] = useState("");
  const [onlyCritical, setOnlyCritical] = useState(false);
  const [byGroup, setByGroup] = useState(true);
  const zoom = useZoom();
  const clock = useNow("second");
  const isLive = gantt.run.end_date === null;
  const now = isLive ? clock : Date.parse(gantt.run.end_date ?? "");
  const rows = useMemo(
    () => ganttRows(gantt.tasks, now, { turned, text, onlyCritical, byGroup }),
    [gantt.tasks, now, turned, text, onlyCritical, byGroup],
  );
  const hasBegun = gantt.tasks.some((task) => task.attempts.length > 0 || task.queued_at !== null);
  if (!hasBegun) {
    return (
      <div className={classes.view}>
        <div className={classes.toolbar}>{lead}</div>
        <EmptyState title={t("gantt.empty")}>{t("gantt.empty.words")}</EmptyState>
      </div>
    );
  }
  return (
    <div className={classes.view}>
      <GanttToolbar
        {...{ gantt, text, onlyCritical, byGroup, zoom, lead }}
        onText={setText}
        onOnlyCritical={setOnlyCritical}
        onByGroup={setByGroup}
      />
      <GanttChart {...{ dagId, gantt, rows, now, zoom, onTurn }} />
    </div>
  );
}
