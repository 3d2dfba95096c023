"""The context: what a running task knows, as a mapping whose values are made when they are asked for."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from headway.authoring.context_keys import COSTLY, INSTEAD, NEEDS_DATE, NO_DATE, WITH_DATE, WITHOUT_DATE, Facts
from headway.authoring.dag_run import DagRun
from headway.authoring.exceptions import OutsideTaskError
from headway.authoring.later import Later
from headway.authoring.mapped_results import DEFAULT_MAX_LENGTH
from headway.authoring.runtime import InUse
from headway.authoring.task_instance import TaskInstance
from headway.authoring.xcom_codec import DEFAULT_MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from headway.authoring.runtime import InstanceFacts, RunFacts, TaskRuntime

log = logging.getLogger("headway.task")

_in_use: InUse[Context] = InUse("headway_context")


class Context(MutableMapping[str, Any]):
    """A task's context; ``context_keys`` lists the keys.

    Reading a key that newer Airflow versions have dropped logs one warning that says what to write.
    Once somebody has gone through all keys (``f(**context)``, ``dict(context)``) nothing tells any more
    what is really used: such warnings cease, and costly keys come as ``Later`` values.
    """

    __slots__ = ("_facts", "_keys", "_spread", "_values")

    def __init__(
        self, facts: Facts, keys: dict[str, Callable[[Facts], Any]], values: dict[str, Any] | None = None
    ) -> None:
        self._facts = facts
        self._keys = keys
        self._values: dict[str, Any] = values if values is not None else {}
        self._spread = False

    def __getitem__(self, key: str) -> Any:
        if key in self._values:
            return self._values[key]
        compute = self._keys.get(key)
        if compute is None:
            raise KeyError(f"{key} ({NO_DATE})" if key in NEEDS_DATE else key)
        if self._spread and key in COSTLY:
            return Later(lambda: compute(self._facts))
        if key in INSTEAD and not self._spread:
            log.warning("context key %r is an old name of Airflow; write %s", key, INSTEAD[key])
        value = self._values[key] = compute(self._facts)
        return value

    def __setitem__(self, key: str, value: Any) -> None:
        self._values[key] = value

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._values.pop(key, None)
        self._keys = {name: compute for name, compute in self._keys.items() if name != key}

    def __contains__(self, key: object) -> bool:
        return key in self._values or key in self._keys

    def __iter__(self) -> Iterator[str]:
        self._spread = True
        return iter(self._keys | self._values)

    def __len__(self) -> int:
        return len(self._keys | self._values)

    def __repr__(self) -> str:
        return f"<Context of {self._facts.ti!r}>"

    def replace_task(self, task: Any) -> None:
        """Let ``task`` be the one that runs: of a mapped task, that of its map index."""
        self._facts.task = self._facts.ti.task = task
        self._values.pop("task", None)

    def copy(self) -> Context:
        """A context that may be changed without changing this one."""
        return Context(self._facts, self._keys, dict(self._values))

    def __copy__(self) -> Context:
        return self.copy()


def build_context(
    dag: Any,
    task: Any,
    run: RunFacts,
    instance: InstanceFacts,
    runtime: TaskRuntime,
    *,
    xcom_max_bytes: int = DEFAULT_MAX_BYTES,
    max_map_length: int = DEFAULT_MAX_LENGTH,
) -> Context:
    """The context of one execution of ``task``."""
    ti = TaskInstance(task, DagRun(run, dag, runtime), instance, runtime, xcom_max_bytes, max_map_length)
    keys = WITHOUT_DATE if run.logical_date is None else WITH_DATE
    context = Context(Facts(dag, task, run, instance, runtime, ti), keys)
    ti.context = context
    return context


def use_context(context: Context) -> AbstractContextManager[None]:
    """Make ``context`` the one that ``get_current_context`` returns inside the ``with`` block."""
    return _in_use.use(context)


def context_in_use() -> Context | None:
    """The context of the task that runs here, or None."""
    return _in_use.get()


def get_current_context() -> Context:
    """The context of the task that runs here; raises ``OutsideTaskError`` where none does."""
    context = _in_use.get()
    if context is None:
        raise OutsideTaskError(
            "get_current_context() was called where no task is running",
            "call it inside a task's callable or an operator's execute(), not while the DAG file is loaded",
        )
    return context
