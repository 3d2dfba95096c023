import { useMemo } from "react";
import { useSearchParams } from "react-router";
import type { DagRun } from "@/api/runTypes";
import { useNewestRuns, useRunStates, useStructure } from "./queries";

/** What the address asks for: a run (the newest where nothing is said) or a version's structure alone; the task. */
export interface Choice {
  runId: string | null;
  version: number | null;
  task: string | null;
}

/** The address's choice, and how to change it. Changing what is shown keeps the chosen task. */
export function useChoice(): [Choice, (change: Partial<Choice>) => void] {
  const [search, setSearch] = useSearchParams();
  const version = Number(search.get("version"));
  const choice = { runId: search.get("run"), version: version > 0 ? version : null, task: search.get("task") };
  const change = (next: Partial<Choice>) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries({ run: next.runId, version: next.version, task: next.task }))
          if (value === null) after.delete(name);
          else if (value !== undefined) after.set(name, String(value));
        return after;
      },
      { replace: true },
    );
  return [choice, change];
}

/** The structure and states that the choice means. */
export function useShown(dagId: string, choice: Choice) {
  const runs = useNewestRuns(dagId);
  const newest = runs.data?.[0]?.dag_run_id ?? null;
  const runId = choice.version ? null : (choice.runId ?? newest);
  const states = useRunStates(dagId, runId);
  const version = choice.version ?? states.data?.version ?? null;
  const isKnown = choice.version !== null || (runs.isSuccess && newest === null && !choice.runId) || states.isSuccess;
  const structure = useStructure(dagId, isKnown ? version : null);
  const run = useMemo(() => runs.data?.find((each: DagRun) => each.dag_run_id === runId) ?? null, [runs.data, runId]);
  const failed = [runs, states, structure].find((query) => query.isError) ?? null;
  return { runs, run, runId, newest, structure, failed, states: runId ? (states.data?.states ?? null) : null };
}
