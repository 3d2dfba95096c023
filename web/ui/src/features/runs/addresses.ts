/** Addresses of pages: what is put in is escaped. */

import type { InstanceRef } from "@/api/runTypes";

const escaped = encodeURIComponent;

/** A page of a DAG: `grid`, `graph`, `gantt`, … */
export function dagAddress(dagId: string, tab: string, search: Record<string, string | null> = {}): string {
  const parameters = new URLSearchParams(Object.entries(search).filter((pair): pair is [string, string] => !!pair[1]));
  const text = parameters.toString();
  return `/dags/${escaped(dagId)}/${tab}${text ? `?${text}` : ""}`;
}

/** A run's page. */
export function runAddress(dagId: string, runId: string, tab = ""): string {
  return `/dags/${escaped(dagId)}/runs/${escaped(runId)}${tab && `?tab=${tab}`}`;
}

/** A task instance's page; the whole of a mapped task when the index is -1. */
export function instanceAddress({ dagId, runId, taskId, mapIndex }: InstanceRef, tab = ""): string {
  const index = mapIndex >= 0 ? `/${mapIndex}` : "";
  return `${runAddress(dagId, runId)}/tasks/${escaped(taskId)}${index}${tab && `?tab=${tab}`}`;
}
