"""``params`` of a run: the DAG's, the task's, and what the run was triggered with, strongest last."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from headway.authoring.params import Param

if TYPE_CHECKING:
    from collections.abc import Mapping


def effective_params(dag: Any, task: Any, conf: Mapping[str, Any]) -> dict[str, Any]:
    """Each param's value for one task of one run; all of ``conf`` is part of it.

    The values of ``conf`` were checked when the run was created, and nothing in them is rendered. They
    are copies: a task may change them without changing the DAG that later tasks see.
    """
    merged = {**dag.params, **task.params, **conf}
    return {name: copy.deepcopy(_value(param)) for name, param in merged.items()}


def _value(param: Any) -> Any:
    return param.resolve(suppress_exception=True) if isinstance(param, Param) else param
