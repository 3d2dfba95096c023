/** How the list of DAGs is narrowed and sorted; kept in the address, so that it can be linked to. */
export interface DagFilters {
  q: string;
  tags: string[];
  owner: string;
  paused: "" | "active" | "paused";
  state: string;
  order: DagOrder;
}
export const DAG_ORDERS = ["dag_id", "-dag_id", "-last_run", "last_run", "next_run", "-next_run"] as const;
export type DagOrder = (typeof DAG_ORDERS)[number];

const NO_FILTERS: DagFilters = { q: "", tags: [], owner: "", paused: "", state: "", order: "dag_id" };

/** Reads the filters from the address; what is not understood counts as not set. */
export function filtersFrom(search: URLSearchParams): DagFilters {
  const paused = search.get("paused") ?? "";
  const order = search.get("order") as DagOrder;
  return {
    q: search.get("q") ?? "",
    tags: search.getAll("tag"),
    owner: search.get("owner") ?? "",
    paused: paused === "active" || paused === "paused" ? paused : "",
    state: search.get("state") ?? "",
    order: DAG_ORDERS.includes(order) ? order : "dag_id",
  };
}

/** The filters as the address has them: what is not set is left out. */
export function searchOf(filters: DagFilters): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of ["q", "owner", "paused", "state"] as const) if (filters[name]) search.set(name, filters[name]);
  for (const tag of filters.tags) search.append("tag", tag);
  if (filters.order !== NO_FILTERS.order) search.set("order", filters.order);
  return search;
}

/** The filters as the API asks for them. */
export function queryOf({ q, tags, owner, paused, state, order }: DagFilters) {
  return { q, tags, owner, paused: paused && String(paused === "paused"), state, order_by: order };
}

export const isFiltered = ({ q, tags, owner, paused, state }: DagFilters): boolean =>
  Boolean(q || tags.length > 0 || owner || paused || state);
