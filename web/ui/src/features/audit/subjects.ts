/** What an entry of the audit trail is about, as the address of its page. */

import type { EventLog } from "@/api/adminTypes";
import { dagAddress, instanceAddress, runAddress } from "../runs/addresses";

type Entry = Pick<EventLog, "action" | "subject" | "detail">;

/** Pages of what the audit trail calls `connection warehouse`, by the first word. */
const LISTS: Record<string, (name: string) => string> = {
  asset: (name) => `/assets?${new URLSearchParams({ q: name })}`,
  connection: (name) => `/admin/connections?${new URLSearchParams({ q: name })}`,
  node: () => "/nodes",
  pool: () => "/admin/pools",
  token: () => "/admin/tokens",
  user: () => "/admin/users",
  variable: (name) => `/admin/variables?${new URLSearchParams({ q: name })}`,
};

/** The address of what was changed; null where there is no page for it. */
export function subjectAddress(entry: Entry): string | null {
  const { action, subject, detail } = entry;
  const area = action.split(".", 1)[0];
  if (area === "backfill") return `/backfills/${String(detail?.backfill ?? "")}`;
  if (area === "dag" || area === "run" || area === "task") return placeOf(entry);
  const [kind = "", ...name] = subject.split(" ");
  return name.length > 0 ? (LISTS[kind]?.(name.join(" ")) ?? null) : null;
}

/** `dag`, or `dag/run`; the task, if it is about one, is among the details. */
function placeOf({ subject, detail }: Entry): string {
  const [dagId = "", ...rest] = subject.split("/");
  const runId = rest.join("/") || (typeof detail?.run_id === "string" ? detail.run_id : "");
  const taskId = typeof detail?.task === "string" ? detail.task : "";
  const mapIndex = typeof detail?.map_index === "number" ? detail.map_index : -1;
  if (!runId) return taskId ? dagAddress(dagId, "graph", { task: taskId }) : dagAddress(dagId, "grid");
  return taskId ? instanceAddress({ dagId, runId, taskId, mapIndex }) : runAddress(dagId, runId);
}
