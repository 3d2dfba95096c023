/** By what the runs of one DAG can be sorted; those of all DAGs only by the first two. */
export const RUN_ORDERS = [
  "-run_after",
  "run_after",
  "-logical_date",
  "logical_date",
  "-start_date",
  "start_date",
  "-end_date",
  "end_date",
] as const;
export type RunOrder = (typeof RUN_ORDERS)[number];

/** The order, or for all DAGs the nearest one that there is. */
export const orderFor = (order: RunOrder, isOneDag: boolean): RunOrder =>
  isOneDag || order.endsWith("run_after") ? order : "-run_after";
