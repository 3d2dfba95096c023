import { dayFrom, daysQuery } from "../dagRuns/filters";

const NAMES = ["dag_id", "task", "q", "state", "queue", "worker", "from", "to"] as const;

/** How a list of task instances over many runs is narrowed; kept in the address. `q` is part of the run's id. */
export type TaskFilters = Record<(typeof NAMES)[number], string>;

/** Reads the filters from the address; what is not understood counts as not set. */
export function taskFiltersFrom(search: URLSearchParams): TaskFilters {
  const text = (name: string) => search.get(name) ?? "";
  return {
    dag_id: text("dag_id"),
    task: text("task"),
    q: text("q"),
    state: text("state"),
    queue: text("queue"),
    worker: text("worker"),
    from: dayFrom(search, "from"),
    to: dayFrom(search, "to"),
  };
}

/** The filters as the address has them. */
export function taskSearchOf(filters: TaskFilters): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of NAMES) if (filters[name]) search.set(name, filters[name]);
  return search;
}

/** The filters as the API asks for them. */
export function taskQueryOf(filters: TaskFilters, momentOf: (input: string) => string) {
  const { task, q, state, queue, worker } = filters;
  return {
    task_id_part: task,
    dag_run_id_part: q,
    state: state === WAITING ? ["queued", "scheduled", "none"] : state,
    run_state: state === WAITING ? ["queued", "running"] : "",
    queue,
    hostname: worker,
    ...daysQuery(filters, momentOf),
    limit: 100,
  };
}

/** Not begun: sent to the queue, or ready and not sent for want of room; those that wait for other tasks are among them. */
export const WAITING = "waiting";

export const isTaskFiltered = (filters: TaskFilters): boolean => NAMES.some((name) => filters[name] !== "");

/** The address of the list, narrowed. */
export function tasksAddress(filters: Partial<TaskFilters>): string {
  return `/tasks?${new URLSearchParams(Object.entries(filters))}`;
}
