import { RUN_ORDERS, type RunOrder } from "./orders";

const NAMES = ["dag_id", "q", "state", "type", "from", "to", "ended"] as const;

/** How a list of runs is narrowed and sorted; kept in the address. */
export type RunFilters = Record<(typeof NAMES)[number], string> & { order: RunOrder };

/** How long ago a run may have ended, in milliseconds. */
export const ENDED = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const NEWEST_FIRST = "-run_after";

/** So long a list of what ended lately keeps its beginning: it is not asked for anew at every glance. */
const STEP = 60_000;

/** A day as `2026-11-21` from the address; "" for anything else. */
export function dayFrom(search: URLSearchParams, name: string): string {
  const text = search.get(name) ?? "";
  return DAY.test(text) ? text : "";
}

/** The days `from` to `to` (the second one included) as the API asks for them: they begin and end where the user's do. */
export function daysQuery({ from, to }: { from: string; to: string }, momentOf: (input: string) => string) {
  return {
    logical_date_gte: from && momentOf(`${from}T00:00:00`),
    logical_date_lte: to && momentOf(`${to}T23:59:59`),
  };
}

/** Reads the filters from the address; what is not understood counts as not set. */
export function runFiltersFrom(search: URLSearchParams): RunFilters {
  const text = (name: string) => search.get(name) ?? "";
  const order = text("order") as RunOrder;
  return {
    dag_id: text("dag_id"),
    q: text("q"),
    state: text("state"),
    type: text("type"),
    from: dayFrom(search, "from"),
    to: dayFrom(search, "to"),
    ended: text("ended") in ENDED ? text("ended") : "",
    order: RUN_ORDERS.includes(order) ? order : NEWEST_FIRST,
  };
}

/** The filters as the address has them. */
export function runSearchOf(filters: RunFilters): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of NAMES) if (filters[name]) search.set(name, filters[name]);
  if (filters.order !== NEWEST_FIRST) search.set("order", filters.order);
  return search;
}

/** The filters as the API asks for them; `now` in milliseconds. */
export function runQueryOf(filters: RunFilters, momentOf: (input: string) => string, now: number) {
  const { q, state, type, ended, order } = filters;
  const since = Math.floor(now / STEP) * STEP - ENDED[ended as keyof typeof ENDED];
  return {
    dag_run_id_part: q,
    state,
    run_type: type,
    ...daysQuery(filters, momentOf),
    end_date_gte: ended && new Date(since).toISOString(),
    order_by: order,
  };
}

export const isRunFiltered = (filters: RunFilters): boolean => NAMES.some((name) => filters[name] !== "");
