"""From a DAG's structure, as its file described it, to the rows that the metastore keeps of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from headway.metastore.queries.code import ParsedDag, VersionTask
from headway.settings import DagSettings

_BACKOFF = 2.0


def dag_rows(structure: Mapping[str, Any], file: str, files: Mapping[str, str], defaults: DagSettings) -> ParsedDag:
    """The rows of one DAG; what its file leaves open comes from the settings, ``files`` are hashes of code by path."""
    paused = structure["is_paused_upon_creation"]
    return ParsedDag(
        dag_id=structure["dag_id"],
        file=file,
        fingerprint=version_fingerprint(structure, file, files),
        files=files,
        structure=structure,
        tasks=[_task(position, task) for position, task in enumerate(structure["tasks"])],
        style=structure["style"],
        paused_at_creation=defaults.paused_at_creation if paused is None else paused,
        description=structure["description"] or "",
        owners=structure["owners"],
        tags=structure["tags"],
        schedule_text=structure["schedule_text"] or "",
        schedule=structure["schedule"],
        start_date=structure["start_date"],
        end_date=structure["end_date"],
        catchup=structure["catchup"],
        max_active_runs=_or_default(structure["max_active_runs"], defaults.max_active_runs),
        max_active_tasks=_or_default(structure["max_active_tasks"], defaults.max_active_tasks),
        warnings=structure["warnings"],
    )


def version_fingerprint(structure: Mapping[str, Any], file: str, files: Mapping[str, str]) -> str:
    """What tells one version of a DAG from another: its structure, the file that workers load it from, and the code.

    The structure alone would not do: a variable can change it, and a mended task does not. Warnings
    are no part of it, nor are the runs that a user's timetable has listed, which change as time passes.
    """
    body = {key: value for key, value in structure.items() if key != "warnings"}
    body["schedule"] = {key: value for key, value in structure["schedule"].items() if key not in ("runs", "until")}
    text = json.dumps([file, body, dict(files)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _task(position: int, task: Mapping[str, Any]) -> VersionTask:
    return VersionTask(
        position=position,
        task_id=task["task_id"],
        queue=task["queue"],
        pool=task["pool"],
        pool_slots=task["pool_slots"],
        priority=task["priority_weight"],
        retries=task["retries"],
        retry_delay=task["retry_delay"] or 0.0,
        retry_backoff=_backoff(task["retry_exponential_backoff"]),
        max_retry_delay=task["max_retry_delay"],
        retry_on_lost=task["retry_on_lost"],
    )


def _backoff(given: bool | float | None) -> float:
    """The factor from one retry's delay to the next one's; 0 for none."""
    if isinstance(given, bool):
        return _BACKOFF if given else 0.0
    return float(given or 0.0)


def _or_default(given: int | None, default: int) -> int:
    return default if given is None else given
