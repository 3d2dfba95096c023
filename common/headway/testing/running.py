"""Run a DAG or a task that a test has in its hands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from headway.authoring.connections import Connection
from headway.authoring.local_runtime import LocalWorld
from headway.cli.durations import parse_moment
from headway.local import session
from headway.local.facts import manual_run
from headway.local.options import Options, Unwatched
from headway.local.results import RunReport, TaskReport
from headway.local.values import add_connections
from headway.settings import load_settings

#: A connection as a test writes it: the object, a URI, or its fields.
AnyConnection = Connection | str | Mapping[str, Any]
#: A logical date: a moment, or a text in ISO 8601.
AnyDate = datetime | str | None


def run_dag(
    dag: Any,
    date: AnyDate = None,
    *,
    conf: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
    connections: Mapping[str, AnyConnection] | None = None,
    mark_success: str | None = None,
    world: LocalWorld | None = None,
) -> RunReport:
    """Run a whole DAG and say how it went; no exception of a task comes through.

    ``date`` is the logical date, now unless given. ``conf`` becomes ``dag_run.conf`` and overrides params.
    ``variables`` (values that are no texts are kept as JSON) and ``connections`` are all there is, besides the
    environment. Tasks whose ids match the regular expression ``mark_success`` are not run. Hand the ``world`` of an
    earlier report over to have that run be the previous one.
    """
    given = world_with(variables, connections, world)
    options = Options.of(load_settings(), mark_success)
    return session.run_dag(dag, given, logical_date=moment(date), conf=conf, options=options)


def run_task(
    dag: Any,
    task_id: str,
    date: AnyDate = None,
    *,
    conf: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
    connections: Mapping[str, AnyConnection] | None = None,
    xcoms: Mapping[str, Any] | None = None,
    map_index: int = -1,
) -> TaskReport:
    """Run one task by itself, once; ``xcoms`` are what other tasks have returned, by task id."""
    world = world_with(variables, connections)
    facts = manual_run(dag, moment(date), conf)
    session.leave_results(world, facts, xcoms or {})
    execution = session.task_execution(dag, task_id, facts, world, map_index=map_index)
    return session.run_task(execution, world, Unwatched())


def render_task(
    dag: Any,
    task_id: str,
    date: AnyDate = None,
    *,
    conf: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
    connections: Mapping[str, AnyConnection] | None = None,
    xcoms: Mapping[str, Any] | None = None,
    map_index: int = -1,
) -> dict[str, Any]:
    """The template fields of a task as they would be when it runs; raises what a template raises."""
    world = world_with(variables, connections)
    facts = manual_run(dag, moment(date), conf)
    session.leave_results(world, facts, xcoms or {})
    execution = session.task_execution(dag, task_id, facts, world, map_index=map_index)
    execution.render()
    return execution.fields()


def world_with(
    variables: Mapping[str, Any] | None,
    connections: Mapping[str, AnyConnection] | None,
    world: LocalWorld | None = None,
) -> LocalWorld:
    """A world (a new one unless given) that holds these variables and connections."""
    found = world or LocalWorld()
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in (variables or {}).items()}
    found.variables.update(texts)
    add_connections(found, {name: _connection(name, given) for name, given in (connections or {}).items()})
    return found


def moment(date: AnyDate) -> datetime | None:
    """The logical date that a test means."""
    return parse_moment(date) if isinstance(date, str) else date


def _connection(name: str, given: AnyConnection) -> Connection:
    if isinstance(given, Connection):
        return given
    return Connection(name, uri=given) if isinstance(given, str) else Connection.from_mapping(name, given)
