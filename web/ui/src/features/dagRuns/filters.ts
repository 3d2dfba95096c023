/** How a list of runs is narrowed; kept in the address. */
export interface RunFilters {
  state: string;
  type: string;
  /** Days as `2026-11-21`, in the user's zone; the second one is included. */
  from: string;
  to: string;
}

const NAMES = ["state", "type", "from", "to"] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads the filters from the address; what is not understood counts as not set. */
export function runFiltersFrom(search: URLSearchParams): RunFilters {
  const day = (name: string) => (DAY.test(search.get(name) ?? "") ? (search.get(name) ?? "") : "");
  return { state: search.get("state") ?? "", type: search.get("type") ?? "", from: day("from"), to: day("to") };
}

/** The filters as the address has them. */
export function runSearchOf(filters: RunFilters): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of NAMES) if (filters[name]) search.set(name, filters[name]);
  return search;
}

/** The filters as the API asks for them; days begin and end where the user's do. */
export function runQueryOf({ state, type, from, to }: RunFilters, momentOf: (input: string) => string) {
  return {
    state,
    run_type: type,
    run_after_gte: from && momentOf(`${from}T00:00:00`),
    run_after_lte: to && momentOf(`${to}T23:59:59`),
    order_by: "-run_after",
  };
}

export const isRunFiltered = (filters: RunFilters): boolean => NAMES.some((name) => filters[name] !== "");
