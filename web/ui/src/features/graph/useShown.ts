import { useSearchParams } from "react-router";
import { groupKey } from "./model";
import { useNewestRuns, useRunStates, useStructure } from "./queries";

/** What the address asks for: a run (the newest where nothing is said) or a version's structure alone; the box. */
export interface Choice {
  runId: string | null;
  version: number | null;
  /** A task's id or a group's key. */
  box: string | null;
}

/** The address's choice, and how to change it. Changing what is shown keeps the chosen box. */
export function useChoice(): [Choice, (change: Partial<Choice>) => void] {
  const [search, setSearch] = useSearchParams();
  const [version, group] = [Number(search.get("version")), search.get("group")];
  const choice = {
    runId: search.get("run"),
    version: version > 0 ? version : null,
    box: group === null ? search.get("task") : groupKey(group),
  };
  const change = (next: Partial<Choice>) => setSearch((before) => written(before, next), { replace: true });
  return [choice, change];
}

function written(before: URLSearchParams, { runId, version, box }: Partial<Choice>): URLSearchParams {
  const after = new URLSearchParams(before);
  const put = (name: string, value: string | number | null | undefined) => {
    if (value === null) after.delete(name);
    else if (value !== undefined) after.set(name, String(value));
  };
  put("run", runId);
  put("version", version);
  if (box === undefined) return after;
  const group = box?.startsWith(groupKey("")) ? box.slice(groupKey("").length) : null;
  put("task", group === null ? box : null);
  put("group", group);
  return after;
}

/** The structure and states that the choice means. */
export function useShown(dagId: string, choice: Choice) {
  const runs = useNewestRuns(dagId);
  const newest = runs.data?.[0]?.dag_run_id ?? null;
  const runId = choice.version ? null : (choice.runId ?? newest);
  const states = useRunStates(dagId, runId);
  const version = choice.version ?? states.data?.version ?? null;
  const isKnown = choice.version !== null || (runs.isSuccess && newest === null && !choice.runId) || states.isSuccess;
  const structure = useStructure(dagId, version, isKnown);
  const failed = [runs, states, structure].find((query) => query.isError) ?? null;
  return { runs, runId, newest, version, structure, failed, states: runId ? (states.data?.states ?? null) : null };
}
