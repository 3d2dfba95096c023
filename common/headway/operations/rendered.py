"""What the template fields of a task instance became in its tries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from headway.metastore.database import Connection
from headway.metastore.queries import rendered
from headway.operations import instances


@dataclass(frozen=True, slots=True)
class RenderedFields:
    """``fields`` as bounded texts, secrets masked; empty where ``try_number`` (None: no try) had nothing to render."""

    template_fields: list[str]
    try_number: int | None
    fields: Mapping[str, str]


def rendered_fields(
    conn: Connection,
    dag_id: str,
    run_id: str,
    task_id: str,
    map_index: int | None = None,
    *,
    try_number: int | None = None,
) -> RenderedFields:
    """What a try rendered, the last one that rendered anything unless one is named; raises ``NotFound``."""
    found = instances.find(conn, dag_id, run_id, task_id, map_index)
    tasks = instances.structure_of_run(conn, found.head).structure["tasks"]
    names: list[str] = next((task.get("template_fields", []) for task in tasks if task["task_id"] == task_id), [])
    kept = rendered.of_try(conn, found.row.instance.ti, try_number)
    if kept is None:
        return RenderedFields(names, None, {})
    ordered = sorted(kept.fields, key=lambda name: names.index(name) if name in names else len(names))
    return RenderedFields(names, kept.try_number, {name: kept.fields[name] for name in ordered})
