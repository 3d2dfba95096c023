export interface QueueBrief {
  queue: string;
  backlog: number;
  outstanding: number;
  running: number;
  oldest_seconds: number | null;
  workers: number;
  slots: number;
  wanted_workers: number;
}

export interface Hour {
  hour: string;
  success: number;
  failed: number;
}

export interface FailedRun {
  dag_id: string;
  dag_run_id: string;
  end_date: string;
  first_failed_task: string | null;
  first_failed_map_index: number | null;
}

export interface LateDag {
  dag_id: string;
  next_run: string;
  seconds: number;
}

export interface Dashboard {
  runs: { running: number; queued: number; success_24h: number; failed_24h: number };
  task_states: Record<string, number>;
  failed_runs: FailedRun[];
  late_dags: LateDag[];
  queues: QueueBrief[];
  nodes: { up: number; draining: number; dead_1h: number; by_kind: Record<string, number> };
  import_errors: number;
  hours: Hour[];
}
