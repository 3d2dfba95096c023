import type { NewBackfill } from "@/api/operatingTypes";
import { parsedConf } from "../trigger/values";

/** The form while it is being filled; moments are RFC 3339, "" while there is none. */
export interface Draft {
  dagId: string;
  from: string;
  to: string;
  backwards: boolean;
  reprocess: NonNullable<NewBackfill["reprocess_behavior"]>;
  maxActiveRuns: number | string;
  conf: string;
}

export type Fault = "range" | "runs" | "conf";

const DAY = 86_400_000;

/** What the form starts with: the last seven whole days, of UTC as the usual schedules are. */
export function emptyDraft(dagId: string, now: number): Draft {
  const today = Math.floor(now / DAY) * DAY;
  return {
    dagId,
    from: new Date(today - 7 * DAY).toISOString(),
    to: new Date(today).toISOString(),
    backwards: false,
    reprocess: "none",
    maxActiveRuns: 10,
    conf: "",
  };
}

/** What is wrong with the form, besides what is still missing. */
export function faultsOf(draft: Draft): Fault[] {
  const faults: Fault[] = [];
  if (draft.from && draft.to && Date.parse(draft.from) > Date.parse(draft.to)) faults.push("range");
  const runs = Number(draft.maxActiveRuns);
  if (!Number.isInteger(runs) || runs < 1) faults.push("runs");
  if (confOf(draft) === null) faults.push("conf");
  return faults;
}

/** What the form asks for; null while something is missing or wrong. */
export function requestOf(draft: Draft): NewBackfill | null {
  const conf = confOf(draft);
  if (!draft.dagId || !draft.from || !draft.to || conf === null || faultsOf(draft).length > 0) return null;
  return {
    dag_id: draft.dagId,
    from_date: draft.from,
    to_date: draft.to,
    run_backwards: draft.backwards,
    reprocess_behavior: draft.reprocess,
    max_active_runs: Number(draft.maxActiveRuns),
    dag_run_conf: conf,
  };
}

const confOf = ({ conf }: Draft) => parsedConf(conf);
