"""From a claim's row to what the authoring layer wants to know of a run and an instance."""

from __future__ import annotations

from urllib.parse import quote

from headway.authoring.runtime import InstanceFacts, RunFacts
from headway.metastore.queries.attempts import Claimed
from headway.states import RunState


def run_facts(claimed: Claimed) -> RunFacts:
    """The run as its tasks see it."""
    return RunFacts(
        id=claimed.run,
        dag_id=claimed.dag_id,
        run_id=claimed.run_id,
        run_type=claimed.run_type,
        state=RunState.RUNNING,
        logical_date=claimed.logical_date,
        data_interval_start=claimed.data_interval_start,
        data_interval_end=claimed.data_interval_end,
        run_after=claimed.run_after,
        start_date=claimed.run_start_date,
        conf=claimed.conf,
    )


def instance_facts(claimed: Claimed, hostname: str, web: str) -> InstanceFacts:
    """The task instance as it sees itself; ``web`` is the address of the UI."""
    return InstanceFacts(
        id=claimed.ti,
        dispatch=claimed.dispatch,
        task_id=claimed.task_id,
        map_index=claimed.map_index,
        try_number=claimed.try_number,
        max_tries=claimed.max_tries,
        queue=claimed.queue,
        pool=claimed.pool,
        priority_weight=claimed.priority,
        hostname=hostname,
        start_date=claimed.started_at,
        queued_at=claimed.queued_at,
        log_url=web + _page_of_log(claimed),
    )


def _page_of_log(claimed: Claimed) -> str:
    dag, run, task = (quote(part, safe="") for part in (claimed.dag_id, claimed.run_id, claimed.task_id))
    index = f"/{claimed.map_index}" if claimed.map_index >= 0 else ""
    return f"/dags/{dag}/runs/{run}/tasks/{task}{index}?tab=logs"
