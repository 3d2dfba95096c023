import type { NewBackfill } from "@/api/operatingTypes";
import type { Zone } from "@/preferences/store";
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

const WEEK = 7 * 86_400_000;
const MINUTE = 60_000;

/** What the form starts with: the last week, from the beginning of a day in the user's zone. */
export function emptyDraft(dagId: string, now: number, zone: Zone): Draft {
  const from = new Date(now - WEEK);
  if (zone === "UTC") from.setUTCHours(0, 0, 0, 0);
  else from.setHours(0, 0, 0, 0);
  return {
    dagId,
    from: from.toISOString(),
    to: new Date(Math.floor(now / MINUTE) * MINUTE).toISOString(),
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
