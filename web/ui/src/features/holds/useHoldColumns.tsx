import { useQueryClient } from "@tanstack/react-query";
import { CirclePlay } from "lucide-react";
import { useMemo } from "react";
import { Link } from "react-router";
import { keys } from "@/api/keys";
import type { Held } from "@/api/runTypes";
import type { Column } from "@/components/DataTable";
import { toastDone, toastFailed } from "@/components/toasts";
import { type MessageKey, useText } from "@/i18n";
import { Time } from "@/time/Time";
import { ActionButton } from "../actions/ActionButton";
import { refreshDag, release } from "../actions/changes";
import { dagAddress, instanceAddress, runAddress } from "../runs/addresses";
import classes from "./HoldList.module.css";

/** What is held, by whom and since when, why; and the button that releases it. */
export function useHoldColumns(): Column<Held>[] {
  const t = useText();
  return useMemo(
    () => [
      {
        id: "what",
        header: t("holds.what"),
        width: "minmax(8rem, 1.4fr)",
        cell: (held) => (
          <div className={classes.two}>
            <What held={held} />
            <div className={classes.narrow}>
              <div>
                {held.actor} · <Time at={held.held_at} as="relative" />
              </div>
              {held.reason}
            </div>
          </div>
        ),
      },
      {
        id: "by",
        header: t("holds.by"),
        width: "minmax(6rem, 0.7fr)",
        wideOnly: true,
        cell: ({ actor, held_at }) => (
          <div className={classes.two}>
            {actor}
            <div className={classes.dim}>
              <Time at={held_at} as="relative" />
            </div>
          </div>
        ),
      },
      {
        id: "why",
        header: t("hold.reason"),
        width: "minmax(8rem, 1.6fr)",
        wideOnly: true,
        cell: ({ reason }) => <div className={classes.two}>{reason || <span className={classes.dim}>–</span>}</div>,
      },
      { id: "release", header: "", width: "9rem", align: "right", cell: (held) => <Release held={held} /> },
    ],
    [t],
  );
}

function What({ held: { dag_id: dagId, dag_run_id: runId, task_id: taskId } }: { held: Held }) {
  const t = useText();
  const kind: MessageKey = taskId
    ? runId
      ? "holds.kind.taskOfRun"
      : "holds.kind.task"
    : runId
      ? "holds.kind.run"
      : "holds.kind.dag";
  const dag = <Link to={dagAddress(dagId, "grid")}>{dagId}</Link>;
  const run = <Link to={runAddress(dagId, runId)}>{runId}</Link>;
  const task = runId ? (
    <Link to={instanceAddress({ dagId, runId, taskId, mapIndex: -1 })}>{taskId}</Link>
  ) : (
    <Link to={dagAddress(dagId, "grid", { task: taskId })}>{taskId}</Link>
  );
  return (
    <>
      {taskId ? task : runId ? run : dag}
      <div className={classes.dim}>
        {t(kind)}
        {(taskId || runId) && <> · {dag}</>}
        {taskId && runId && <> · {run}</>}
      </div>
    </>
  );
}

function Release({ held }: { held: Held }) {
  const t = useText();
  const client = useQueryClient();
  const act = async () => {
    try {
      await release(held);
      toastDone(t("hold.released"));
      refreshDag(client, held.dag_id);
      await client.invalidateQueries({ queryKey: keys.operating("holds") });
    } catch (error) {
      toastFailed(error, t);
    }
  };
  return <ActionButton label={t("hold.release")} icon={<CirclePlay size={14} />} onClick={() => void act()} />;
}
