"""How long the results are that mapped tasks of a local run are mapped over."""

from __future__ import annotations

from collections.abc import Iterable

from headway.authoring.local_runtime import LocalWorld
from headway.authoring.runtime import RunFacts
from headway.authoring.xcom_codec import decode
from headway.flow.lengths import Source


def lengths(world: LocalWorld, run: RunFacts, sources: Iterable[Source]) -> dict[Source, int]:
    """How many elements each task left under the key, of a mapped task how many of its instances left something.

    What is no list or dictionary, or is not there, is not in the answer.
    """
    found = {(task_id, key): _length(world, run, task_id, key) for task_id, key in sources}
    return {source: length for source, length in found.items() if length is not None}


def _length(world: LocalWorld, run: RunFacts, task_id: str, key: str) -> int | None:
    wanted = (run.dag_id, run.run_id, task_id, key)
    rows = [
        row for where, row in world.xcoms.items() if (where.dag_id, where.run_id, where.task_id, where.key) == wanted
    ]
    if not rows or rows[0].map_index >= 0:
        return len(rows) or None
    value = decode(rows[0].value)
    return len(value) if isinstance(value, list | tuple | set | frozenset | dict) else None
