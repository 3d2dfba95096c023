"""What ``ti.xcom_pull`` returns for one task, several tasks, mapped tasks and earlier runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headway.authoring.xcom_codec import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from headway.authoring.runtime import TaskRuntime, XComRow


def pull(
    runtime: TaskRuntime,
    *,
    dag_id: str,
    run_id: str,
    own_task_id: str,
    style: int,
    task_ids: str | Iterable[str] | None,
    key: str | None,
    include_prior_dates: bool,
    map_indexes: int | Iterable[int] | None,
    default: Any,
) -> Any:
    """Fetch in one query and shape the answer; see ``TaskInstance.xcom_pull``."""
    if task_ids is None and style >= 3:
        task_ids = own_task_id
    wanted = [task_ids] if isinstance(task_ids, str) else None if task_ids is None else list(task_ids)
    indexes = [map_indexes] if isinstance(map_indexes, int) else None if map_indexes is None else list(map_indexes)
    rows = runtime.xcom_pull(
        dag_id=dag_id,
        run_id=run_id,
        task_ids=wanted,
        key=key,
        map_indexes=indexes,
        include_prior_dates=include_prior_dates,
    )
    if wanted is None:
        return _last_written(rows, default)
    by_task = [_of_task(task_id, rows) for task_id in wanted]
    if isinstance(task_ids, str):
        return _single(by_task[0], isinstance(map_indexes, int), default)
    # Airflow 2 leaves missing values out of the list, 1.10 and 3 keep their places.
    filler = [] if style == 2 else [default]
    return [value for found in by_task for value in ([decode(row.value) for row in found] or filler)]


def _single(rows: Sequence[XComRow], one_index: bool, default: Any) -> Any:
    if not rows:
        return default
    if rows[0].map_index >= 0 and not one_index:
        return [decode(row.value) for row in rows]
    return decode(rows[0].value)


def _of_task(task_id: str, rows: Sequence[XComRow]) -> list[XComRow]:
    """The rows of one task in the newest run that has any: one, or one for each map index."""
    own = [row for row in rows if row.task_id == task_id]
    newest: dict[int, XComRow] = {}
    for row in own:
        if row.run_id == own[0].run_id:
            # Several keys may match; the one written last counts.
            newest[row.map_index] = max(newest.get(row.map_index, row), row, key=lambda one: one.written_at)
    return [newest[index] for index in sorted(newest)]


def _last_written(rows: Sequence[XComRow], default: Any) -> Any:
    newest = [row for row in rows if row.run_id == rows[0].run_id]
    return decode(max(newest, key=lambda row: row.written_at).value) if newest else default
