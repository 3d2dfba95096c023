"""From what the metastore holds to what several routes answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headway.authoring.xcom_codec import decode
from headway.metastore.queries.instance_pages import InstanceRow
from headway.operations.mapped import over_text
from headway_web.schemas.holds import InstanceHold
from headway_web.schemas.structures import EdgeLabel, Group, Structure, Task
from headway_web.schemas.task_instances import TaskInstance


def structure_of(dag_id: str, version: int, structure: Mapping[str, Any]) -> Structure:
    """A structure as the authoring layer described it, with what lies below each task."""
    below: dict[str, list[str]] = {task["task_id"]: [] for task in structure["tasks"]}
    for task in structure["tasks"]:
        for other in task["upstream"]:
            below.setdefault(other, []).append(task["task_id"])
    return Structure(
        dag_id=dag_id,
        version=version,
        tasks=[task_of(task, below[task["task_id"]]) for task in structure["tasks"]],
        groups=[Group.model_validate({"ui_color": None, "ui_fgcolor": None, **each}) for each in structure["groups"]],
        edge_labels=[EdgeLabel.model_validate(each) for each in structure.get("edge_labels", ())],
    )


def task_of(task: Mapping[str, Any], downstream: list[str]) -> Task:
    """One task; what older versions did not describe is empty."""
    shown = {**_UNKNOWN, **task, "downstream": downstream, "mapped": task["mapped"] is not None}
    return Task.model_validate({**shown, "mapped_over": over_text(task["mapped"])})


_UNKNOWN: dict[str, Any] = {
    "doc_md": None,
    "ui_color": None,
    "ui_fgcolor": None,
    "template_fields": [],
    "max_active_tis_per_dag": None,
    "max_active_tis_per_dagrun": None,
    "retry_exponential_backoff": None,
    "max_retry_delay": None,
    "wait_for_downstream": False,
    "isolation": None,
    "has_callbacks": [],
}


def instance_of(row: InstanceRow, task: Mapping[str, Any] | None, why: str) -> TaskInstance:
    """A task instance; ``task`` is its structure where the route knows it."""
    instance = row.instance
    return TaskInstance(
        id=instance.ti,
        dag_id=row.dag_id,
        dag_run_id=row.run_id,
        task_id=instance.task_id,
        label=task["label"] if task else instance.task_id,
        operator=task["operator"] if task else "",
        map_index=instance.map_index,
        rendered_map_index=str(decode(instance.name)) if instance.name else None,
        state=instance.state,
        why=why,
        try_number=instance.try_number,
        max_tries=instance.max_tries,
        queue=instance.queue,
        pool=instance.pool,
        pool_slots=instance.pool_slots,
        priority_weight=row.priority,
        hostname=instance.node,
        queued_when=instance.queued_at,
        start_date=instance.start_date,
        end_date=instance.end_date,
        duration=instance.seconds,
        next_retry=instance.due,
        error=instance.error,
        note=row.note,
        note_by=row.note_by,
        note_at=row.note_at,
        hold=InstanceHold.model_validate(row.hold) if row.hold else None,
        stopping=instance.stop,
    )
