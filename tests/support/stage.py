"""A metastore in which a test plays scheduler and worker by their own statements, without their processes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from headway.metastore.database import Connection
from headway.metastore.queries import attempts, logs, nodes, run_list, scheduling, task_list
from headway.metastore.queries.attempts import Claimed, Result
from headway.metastore.queries.run_list import Run
from headway.metastore.queries.task_list import Instance
from headway.states import Outcome, TaskState
from support.structures import add_run, store_dag, structure

DAG = "shop"
RUN = "manual__1"


class Stage:
    """One DAG ``shop`` and its runs; nodes join when a test says so."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.scheduler = str(uuid4())
        self.worker = str(uuid4())

    def dag(self, *tasks: dict[str, Any], **more: Any) -> None:
        """Store the DAG; ``paused``, ``max_active_runs`` and ``max_active_tasks`` are the row's."""
        kept = {name: more.pop(name) for name in ("paused", "max_active_runs", "max_active_tasks") if name in more}
        dag_id = more.pop("dag_id", DAG)
        store_dag(self.conn, structure(dag_id, *tasks, **more), **kept)

    def join_scheduler(self) -> None:
        """A live scheduler."""
        self._join(self.scheduler, "scheduler", [])

    def join_worker(self, *queues: str) -> None:
        """A live worker with two slots."""
        self._join(self.worker, "worker", list(queues or ("default",)))

    def start(self, run_id: str = RUN, dag_id: str = DAG) -> int:
        """A run that has begun, with its task instances; returns its key."""
        key = add_run(self.conn, dag_id, run_id)
        row = self.conn.execute("SELECT version_id FROM dag_run WHERE id = %s", (key,)).fetchone()
        assert row is not None
        assert scheduling.start_run(self.conn, run=key, version=1, version_id=row[0])
        return key

    def queue(self, *task_ids: str, run_id: str = RUN) -> None:
        """Queue ready task instances of a run, as dispatch does."""
        found = [self.instance(task_id, run_id) for task_id in task_ids]
        queued = scheduling.queue(
            self.conn,
            me=self.scheduler,
            wanted=[(each.ti, each.dispatch, each.pool) for each in found],
            runs=[(self.run(run_id).key, self.version(run_id))],
            pools={},
        )
        assert len(queued) == len(task_ids), f"{task_ids} could not be queued"

    def claim(self, task_id: str, run_id: str = RUN) -> Claimed:
        """A worker begins a queued task instance."""
        found = self.instance(task_id, run_id)
        claimed = attempts.claim(self.conn, ti=found.ti, dispatch=found.dispatch, node=self.worker, nonce=str(uuid4()))
        assert claimed is not None, f"{task_id} could not be claimed"
        return claimed

    def finish(self, claimed: Claimed, outcome: Outcome = Outcome.SUCCESS, **more: Any) -> str | None:
        """The worker ends it; returns the state that it is in then."""
        result = Result(outcome=outcome, **more)
        return attempts.finish(self.conn, ti=claimed.ti, dispatch=claimed.dispatch, hostname="worker-1", result=result)

    def run_task(self, task_id: str, outcome: Outcome = Outcome.SUCCESS, run_id: str = RUN, **more: Any) -> Claimed:
        """Queue, claim and finish in one go."""
        self.queue(task_id, run_id=run_id)
        claimed = self.claim(task_id, run_id)
        assert self.finish(claimed, outcome, **more) is not None
        return claimed

    def settle(self, task_id: str, state: TaskState, run_id: str = RUN) -> None:
        """The scheduler settles a task instance without running it."""
        run = self.run(run_id)
        done = scheduling.settle(
            self.conn,
            decided=[(self.instance(task_id, run_id).ti, state)],
            runs=[(run.key, self.version(run_id))],
        )
        assert done

    def end_run(self, state: str, run_id: str = RUN) -> None:
        """The scheduler ends a run in which nothing is unfinished."""
        assert scheduling.end_run(self.conn, run=self.run(run_id).key, version=self.version(run_id), state=state)

    def log(self, claimed: Claimed, text: str, offset: int = 0) -> int:
        """Ship a piece of log; returns the offset behind it."""
        chunk = logs.Chunk(claimed.ti, claimed.dispatch, _day(claimed.started_at), offset, text)
        logs.insert_chunks(self.conn, [chunk])
        return chunk.end

    def run(self, run_id: str = RUN, dag_id: str = DAG) -> Run:
        """A run as it stands."""
        found = run_list.run(self.conn, dag_id, run_id)
        assert found is not None
        return found

    def version(self, run_id: str = RUN) -> int:
        """The number that fences a run's writers."""
        row = self.conn.execute("SELECT version FROM dag_run WHERE run_id = %s", (run_id,)).fetchone()
        assert row is not None
        return int(row[0])

    def instance(self, task_id: str, run_id: str = RUN) -> Instance:
        """A task instance as it stands."""
        return task_list.instances(self.conn, self.run(run_id).key, task_id=task_id)[0]

    def states(self, run_id: str = RUN) -> dict[str, str]:
        """The states of a run's task instances."""
        return {each.task_id: each.state for each in task_list.instances(self.conn, self.run(run_id).key)}

    def value(self, sql: str, *parameters: Any) -> Any:
        """The first column of the first row."""
        row = self.conn.execute(sql, parameters).fetchone()
        return row[0] if row else None

    def audit(self) -> list[tuple[str, str]]:
        """(action, subject) of every entry of the audit trail, oldest first."""
        return self.conn.execute("SELECT action, subject FROM event_log ORDER BY id").fetchall()

    def _join(self, node: str, kind: str, queues: list[str]) -> None:
        nodes.register(
            self.conn, node=node, kind=kind, name=f"{kind}-1", hostname="host-a", pid=1, version="0", lease=600,
            queues=queues, capacity=2 if kind == "worker" else 0,
        )  # fmt: skip


def _day(moment: datetime) -> Any:
    from datetime import UTC

    return moment.astimezone(UTC).date()
