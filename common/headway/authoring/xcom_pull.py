"""What ``ti.xcom_pull`` returns for one task, several tasks, mapped tasks and earlier runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from headway.authoring.lazy_sequence import LazySequence
from headway.authoring.xcom_codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
    own_map_index: int = -1,
    is_mapped: bool = False,
) -> Any:
    """Fetch in one query and shape the answer; see ``TaskInstance.xcom_pull``.

    ``is_mapped`` says that ``task_ids`` is known to be one mapped task.
    """
    if task_ids is None and style >= 3:
        task_ids = own_task_id
        map_indexes = own_map_index if map_indexes is None else map_indexes
    wanted = [task_ids] if isinstance(task_ids, str) else None if task_ids is None else list(task_ids)
    indexes = [map_indexes] if isinstance(map_indexes, int) else None if map_indexes is None else list(map_indexes)
    fetch = partial(
        runtime.xcom_pull,
        dag_id=dag_id,
        run_id=run_id,
        task_ids=wanted,
        key=key,
        map_indexes=indexes,
        include_prior_dates=include_prior_dates,
    )
    if is_mapped and indexes is None and wanted is not None:
        return XComRows(lambda: _of_task(wanted[0], fetch()))
    rows = fetch()
    if wanted is None:
        return _last_written(rows, default)
    by_task = [_of_task(task_id, rows, indexes) for task_id in wanted]
    if isinstance(task_ids, str):
        return _single(by_task[0], isinstance(map_indexes, int), default)
    # Airflow 2 leaves missing values out of the list, 1.10 and 3 keep their places.
    filler = [] if style == 2 else [default]
    return [value for found in by_task for value in ([decode(row.value) for row in found] or filler)]


def _single(rows: Sequence[XComRow], one_index: bool, default: Any) -> Any:
    if not rows:
        return default
    if rows[0].map_index >= 0 and not one_index:
        return XComRows(lambda: rows)
    return decode(rows[0].value)


def _of_task(task_id: str, rows: Sequence[XComRow], indexes: Sequence[int] | None = None) -> list[XComRow]:
    """The rows of one task in the newest run that has any: one, or one for each map index, in the order asked for."""
    own = [row for row in rows if row.task_id == task_id]
    newest: dict[int, XComRow] = {}
    for row in own:
        if row.run_id == own[0].run_id:
            # Several keys may match; the one written last counts.
            newest[row.map_index] = max(newest.get(row.map_index, row), row, key=lambda one: one.written_at)
    return [newest[index] for index in indexes or sorted(newest) if index in newest]


def _last_written(rows: Sequence[XComRow], default: Any) -> Any:
    newest = [row for row in rows if row.run_id == rows[0].run_id]
    return decode(max(newest, key=lambda row: row.written_at).value) if newest else default


class XComRows(LazySequence):
    """The values of several XComs: fetched at once when the first is needed, decoded one by one."""

    def __init__(self, fetch: Callable[[], Sequence[XComRow]]) -> None:
        self._fetch = fetch
        self._found: Sequence[XComRow] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def element(self, index: int) -> Any:
        """One value."""
        return decode(self._rows[index].value)

    @property
    def _rows(self) -> Sequence[XComRow]:
        if self._found is None:
            self._found = self._fetch()
        return self._found
