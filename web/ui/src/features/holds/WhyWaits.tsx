import { Advised } from "@/components/Advised";
import { HeldWords } from "./HeldWords";
import { commandOf, namedHold } from "./holds";
import { useHolds } from "./useHolds";

export interface WhyWaitsProps {
  /** The server's words. */
  why: string;
  target: { dagId: string; runId: string; taskId: string };
}

/** Why a task instance or a run (then without a task) waits; where somebody holds it back, by whom and since when, as everywhere. */
export function WhyWaits({ why, target: { dagId, runId, taskId } }: WhyWaitsProps) {
  const hold = namedHold(useHolds(dagId), why, runId, taskId);
  if (hold === null) return <Advised text={why} />;
  const place = hold.task_id ? "here" : hold.dag_run_id ? "run" : "dag";
  const every_run = hold.task_id !== "" && hold.dag_run_id === "";
  return <HeldWords hold={{ ...hold, every_run }} command={commandOf(hold)} place={place} />;
}
