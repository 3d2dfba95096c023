/** Runs, task instances and tries as the API answers them. */

export interface Hold {
  reason: string;
  actor?: string | null;
  created_at?: string | null;
}

export interface DagRun {
  dag_id: string;
  dag_run_id: string;
  run_type: string;
  state: string;
  logical_date: string | null;
  data_interval_start: string | null;
  data_interval_end: string | null;
  run_after: string;
  queued_at: string | null;
  start_date: string | null;
  end_date: string | null;
  duration: number | null;
  conf: Record<string, unknown>;
  triggered_by: string | null;
  version: number | null;
  bundle: string | null;
  note: string | null;
  hold: Hold | null;
  backfill_id: string | number | null;
  task_counts: Record<string, number>;
  why?: string;
  partition_key?: string | null;
}

export interface TaskInstance {
  dag_id: string;
  dag_run_id: string;
  task_id: string;
  label: string;
  operator: string | null;
  map_index: number;
  rendered_map_index: string | null;
  state: string;
  why: string;
  try_number: number;
  max_tries: number;
  queue: string;
  pool: string;
  pool_slots: number;
  priority_weight: number;
  hostname: string | null;
  queued_when: string | null;
  start_date: string | null;
  end_date: string | null;
  duration: number | null;
  note: string | null;
  hold: Hold | null;
  next_retry: string | null;
  error: string | null;
  trigger: ({ kind: string } & Record<string, unknown>) | null;
}

export interface Try {
  try_number: number;
  dispatch: number;
  outcome: string | null;
  state: string | null;
  queue: string | null;
  hostname: string | null;
  queued_at: string | null;
  start_date: string | null;
  end_date: string | null;
  duration: number | null;
  error: string | null;
  exit_signal: number | string | null;
  peak_rss: number | null;
  cpu_seconds: number | null;
  log_bytes: number | null;
}

/** Which task instance is meant; `mapIndex` -1 is a task that is not mapped, or all instances of one that is. */
export interface InstanceRef {
  dagId: string;
  runId: string;
  taskId: string;
  mapIndex: number;
}
