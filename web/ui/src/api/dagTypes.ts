import type { RunState } from "../states/states";

export interface RecentRun {
  dag_run_id: string;
  state: RunState;
  run_type: string;
  run_after: string;
  start_date: string | null;
  end_date: string | null;
  duration: number | null;
  logical_date: string | null;
}

export interface Dag {
  dag_id: string;
  label: string;
  description: string;
  is_paused: boolean;
  is_stale: boolean;
  hold: { reason: string | null } | null;
  schedule: string;
  schedule_kind: string;
  timezone: string;
  next_run: string | null;
  next_interval_start: string | null;
  next_interval_end: string | null;
  owners: string[];
  tags: string[];
  file: string;
  version: number;
  bundle: string | null;
  max_active_runs: number | null;
  max_active_tasks: number | null;
  active_runs: number;
  has_import_error: boolean;
  warnings: { line: number; text: string }[];
  parsed_at: string | null;
  is_late: boolean;
  params_required: boolean;
  recent_runs: RecentRun[];
  task_count: number;
}

export interface DagPage {
  dags: Dag[];
  next_cursor: string | null;
  total_entries: number | null;
}

export interface JsonSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  examples?: unknown[];
  items?: JsonSchema;
  /** Words to show for the values of `enum` or `examples`, by value. */
  values_display?: Record<string, string>;
  /** The heading under which the field stands in the form. */
  section?: string;
  description_md?: string;
}

export interface Param {
  value?: unknown;
  /** A run must give it: the DAG has no value of its own. */
  required?: boolean;
  schema: JsonSchema;
  description?: string | null;
  title?: string | null;
}

export interface DagDetails extends Dag {
  doc_md: string | null;
  start_date: string | null;
  end_date: string | null;
  catchup: boolean;
  dagrun_timeout: number | null;
  params: Record<string, Param>;
  has_callbacks: string[];
  fail_fast: boolean;
  max_consecutive_failed_dag_runs: number;
  asset_expression?: unknown;
}

export interface DagRun {
  dag_id: string;
  dag_run_id: string;
  run_type: string;
  state: RunState;
  logical_date: string | null;
  data_interval_start: string | null;
  data_interval_end: string | null;
  run_after: string;
  queued_at: string | null;
  start_date: string | null;
  end_date: string | null;
  duration: number | null;
  conf: Record<string, unknown> | null;
  triggered_by: string | null;
  version: number | null;
  note: string | null;
  task_counts: Partial<Record<string, number>>;
}

export interface DagRunPage {
  dag_runs: DagRun[];
  next_cursor: string | null;
  total_entries: number | null;
}
