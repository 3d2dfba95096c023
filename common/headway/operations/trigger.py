"""Start a run by hand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.authoring.nesting import TOO_DEEP, is_too_deep
from headway.authoring.param_schema import told
from headway.errors import Conflict, InvalidInput
from headway.metastore.database import Connection
from headway.metastore.queries import actions, dag_list, event_log, run_list
from headway.operations.lookup import find_dag
from headway.operations.moments import in_utc
from headway.operations.param_judge import judge

MAX_CONF_BYTES = 65_536
_ELSEWHERE = "put the data into a file, table or object store and pass its address"
_RUN_ID = re.compile(r"[A-Za-z0-9_.~:+-]{1,250}")
# A run of such a name would stand where a scheduler wants to make its own, whose interval would be left out then.
_RESERVED = re.compile(r"(scheduled|backfill|asset_triggered|dataset_triggered)__")


@dataclass(frozen=True, slots=True)
class Triggered:
    """A run that waits to start; ``dag_is_paused``: it waits until the DAG is unpaused."""

    dag_id: str
    run_id: str
    logical_date: datetime
    data_interval_start: datetime
    data_interval_end: datetime
    dag_is_paused: bool


def trigger(
    conn: Connection,
    dag_id: str,
    *,
    conf: dict[str, Any] | None = None,
    logical_date: datetime | None = None,
    run_id: str | None = None,
    actor: str,
) -> Triggered:
    """Make a manual run; ``logical_date`` (aware) is now unless given, ``run_id`` is made from it.

    Raises ``NotFound`` for an unknown DAG, ``Conflict`` for one whose file is gone and for a run id or
    logical date that another run has, ``InvalidInput`` for a ``conf`` that is no JSON object of at most
    64 kB or does not fit the DAG's params, and for a malformed run id.
    """
    from headway.timetables import manual_interval  # croniter takes its time

    conf = check_conf(conf)
    find_dag(conn, dag_id)
    facts = dag_list.schedule_facts(conn, dag_id)
    if facts.is_stale:
        raise Conflict(f"DAG {dag_id!r} is not in its file any more", "`headway dags errors` may tell why")
    check_params(dag_id, dag_list.params(conn, facts.version_id), conf)
    moment = in_utc(logical_date or facts.now, "logical date")
    name = run_id if run_id is not None else f"manual__{moment.isoformat()}"
    _check_run_id(name)
    interval = manual_interval(facts.schedule, moment)
    with conn.transaction():
        key = actions.insert_run(
            conn,
            dag_id=dag_id,
            run_id=name,
            logical_date=moment,
            interval=interval,
            conf=conf,
            version_id=facts.version_id,
            bundle_id=facts.bundle_id,
            actor=actor,
        )
        if key is None:
            raise _conflict(conn, dag_id, name, moment)
        event_log.record(conn, actor=actor, action="dag.trigger", subject=dag_id, detail={"run_id": name})
    return Triggered(dag_id, name, moment, *interval, facts.is_paused)


def check_conf(conf: Any) -> dict[str, Any]:
    """``conf`` as it is stored; raises ``InvalidInput`` unless it is a JSON object of at most 64 kB."""
    if conf is None:
        return {}
    if not isinstance(conf, dict):
        raise InvalidInput(
            f"conf: expected a JSON object, got {type(conf).__name__}", """write it as {"name": "value"}"""
        )
    if is_too_deep(conf):
        raise InvalidInput(f"conf is {TOO_DEEP}", _ELSEWHERE)
    try:
        size = len(json.dumps(conf, allow_nan=False).encode())
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            f"conf is not JSON: {error}", "use texts, numbers, true, false, null, lists, objects"
        ) from None
    if size > MAX_CONF_BYTES:
        raise InvalidInput(f"conf takes {size:,} bytes, the cap is {MAX_CONF_BYTES:,}", _ELSEWHERE)
    return conf


def check_params(dag_id: str, params: dict[str, Any], conf: dict[str, Any]) -> None:
    """Hold ``conf`` against the params of a DAG's structure; raises ``InvalidInput`` for what does not fit."""
    if not params:
        return
    found, fitting = judge(dag_id, params, conf)
    if found:
        remedy = f"give values that fit as conf, for example {json.dumps(fitting, ensure_ascii=False)}"
        fields = {f"conf.{name}": text for name, text in found.items()}
        raise InvalidInput(f"DAG {dag_id!r}: {told(found)}", remedy, fields=fields)


def _check_run_id(run_id: str) -> None:
    if not _RUN_ID.fullmatch(run_id):
        expected = "expected 1 to 250 letters, digits or _ . ~ : + -"
        raise InvalidInput(f"run id {run_id!r}: {expected}", "choose another run id", fields={"dag_run_id": expected})
    if found := _RESERVED.match(run_id):
        text = f"ids that begin with {found[0]} are kept for runs that schedulers make"
        raise InvalidInput(f"run id {run_id!r}: {text}", "choose another run id", fields={"dag_run_id": text})


def _conflict(conn: Connection, dag_id: str, run_id: str, moment: datetime) -> Conflict:
    if run_list.run(conn, dag_id, run_id):
        return Conflict(f"DAG {dag_id!r} has a run {run_id!r} already", "choose another run id, or clear that run")
    return Conflict(
        f"DAG {dag_id!r} has a run for {moment.isoformat()} already",
        f"choose another logical date, or run it again: `headway tasks clear {dag_id} RUN`",
    )
