import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { keys } from "../api/keys";

/** The kinds of events on /api/v1/events. */
export const NOTICES = ["run", "dags", "nodes", "queues", "pools", "assets", "import_errors", "resync"] as const;

/** A change notice of /api/v1/events. */
export interface RunNotice {
  dag_id: string;
  dag_run_id: string;
  state: string;
  counts: Record<string, number>;
  version: number;
}

/** Shortest time between two refetches of the same thing, in milliseconds. */
const PACE = { near: 700, wide: 3_000 };

/**
 * Gathers what live notices make stale, and has it refetched at most once per pace, however many notices come:
 * a thousand runs at once cost the server no more than one.
 */
export class Invalidations {
  private readonly waiting = new Map<string, { key: QueryKey; pace: number }>();
  private readonly done = new Map<string, number>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: Pick<QueryClient, "invalidateQueries">,
    private readonly now: () => number = Date.now,
  ) {}

  run({ dag_id, dag_run_id }: RunNotice): void {
    this.add(keys.run(dag_id, dag_run_id), PACE.near);
    this.add(keys.runs(dag_id), PACE.near);
    this.add(keys.dashboard, PACE.wide);
  }

  /** Code, pause, holds or runs of DAGs have changed; none named: of any. */
  dags(dagIds: readonly string[]): void {
    for (const dagId of dagIds) {
      this.add(keys.dag(dagId), PACE.near);
      this.add(keys.runs(dagId), PACE.near);
      this.add(["run", dagId], PACE.near);
    }
    if (dagIds.length === 0) {
      this.add(["dag"], PACE.wide);
      this.add(["runs"], PACE.wide);
      this.add(["run"], PACE.wide);
    }
    this.add(keys.dags(), PACE.wide);
    this.add(keys.dashboard, PACE.wide);
  }

  /** `queues`, `nodes`, `import_errors`: something in the list has changed. */
  list(key: QueryKey): void {
    this.add(key, PACE.wide);
    this.add(keys.dashboard, PACE.wide);
  }

  /** Notices were missed: everything on the screen is asked for again, once. */
  everything(): void {
    void this.client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] });
  }

  stop(): void {
    clearTimeout(this.timer);
    this.waiting.clear();
  }

  private add(key: QueryKey, pace: number): void {
    this.waiting.set(JSON.stringify(key), { key, pace });
    this.plan();
  }

  private plan(): void {
    if (this.timer !== undefined || this.waiting.size === 0) return;
    const earliest = Math.min(...[...this.waiting].map(([name, { pace }]) => (this.done.get(name) ?? 0) + pace));
    this.timer = setTimeout(this.flush, Math.max(50, earliest - this.now()));
  }

  private readonly flush = (): void => {
    this.timer = undefined;
    const now = this.now();
    for (const [name, { key, pace }] of this.waiting) {
      if ((this.done.get(name) ?? 0) + pace > now) continue;
      this.waiting.delete(name);
      this.done.set(name, now);
      void this.client.invalidateQueries({ queryKey: key }, { cancelRefetch: false });
    }
    this.plan();
  };
}
