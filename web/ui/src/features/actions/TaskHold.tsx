import type { Hold } from "@/api/runTypes";
import { holdTask, useRefreshDag } from "./changes";
import { HoldButton } from "./HoldButton";

/** Holds a task in every run, those to come included, or releases it there. */
export function TaskHold({ dagId, taskId, hold }: { dagId: string; taskId: string; hold: Hold | null }) {
  const refresh = useRefreshDag(dagId);
  return (
    <HoldButton
      hold={hold}
      onHold={(reason) => holdTask(dagId, taskId, reason)}
      onRelease={() => holdTask(dagId, taskId, null)}
      onDone={refresh}
      labels={{ hold: "hold.every", release: "hold.releaseEvery" }}
    />
  );
}
