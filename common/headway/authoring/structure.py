"""``describe``: a DAG as one JSON dictionary, all that the scheduler and the web ever see of it.

Durations are seconds, points in time ISO 8601 with an offset. Nothing in it is code; what can be known
only by running user code stays in the DAG file, which workers load.
"""

from __future__ import annotations

import inspect
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headway.authoring import deadlines
from headway.authoring.assets import AssetExpression
from headway.authoring.callbacks import calls
from headway.authoring.current_file import fault
from headway.authoring.mapped_task import describe_mapping
from headway.authoring.nesting import TOO_DEEP, is_too_deep
from headway.authoring.plugins import listens
from headway.authoring.priorities import effective_priorities
from headway.authoring.trigger_rules import TriggerRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headway.authoring.current_file import Notice
    from headway.authoring.custom_timetables import LastInterval
    from headway.authoring.dag import DAG
    from headway.authoring.operator import BaseOperator
    from headway.authoring.params import ParamsDict
    from headway.authoring.task_group import TaskGroup

VERSION = 1
_OF_A_TASK = re.compile(r"^(task '[^']*'): ")
#: The callbacks of a DAG, and the events of which plugins' listeners hear where they are called.
_DAG_CALLBACKS = {"on_success_callback": "on_dag_run_success", "on_failure_callback": "on_dag_run_failed"}
_TASK_CALLBACKS = (
    "on_execute_callback",
    "on_success_callback",
    "on_failure_callback",
    "on_retry_callback",
    "on_skipped_callback",
)


def describe(dag: DAG, last_interval: LastInterval = lambda _dag_id: None) -> dict[str, Any]:
    """The structure of ``dag``; raises ``DagFileError`` for a cycle or a value that JSON cannot hold.

    ``last_interval`` tells where a timetable that users wrote has to go on from.
    """
    dag.check()
    structure = _described(dag, last_interval)
    if is_too_deep(structure):
        remedy = "have params, the extra of assets and what the schedule waits for stand in fewer lists and brackets"
        raise fault(f"DAG {dag.dag_id!r}: something of it is {TOO_DEEP}", remedy, dag.place)
    return structure


def _described(dag: DAG, last_interval: LastInterval) -> dict[str, Any]:
    starts = [task.start_date for task in dag.tasks if task.start_date is not None]
    return {
        "v": VERSION,
        "dag_id": dag.dag_id,
        "label": dag.dag_display_name or dag.dag_id,
        "style": dag.style,
        "description": dag.description,
        "doc_md": _documentation(dag.doc_md, dag.folder),
        "tags": list(dag.tags),
        "owners": sorted({task.owner for task in dag.tasks}),
        "start_date": _iso(dag.start_date or min(starts, default=None)),
        "end_date": _iso(dag.end_date),
        "timezone": dag.timezone,
        "catchup": dag.catchup,
        "schedule": _schedule(dag, last_interval),
        "schedule_text": dag.schedule.text,
        "max_active_runs": dag.max_active_runs,
        "max_active_tasks": dag.max_active_tasks,
        "max_consecutive_failed_dag_runs": dag.max_consecutive_failed_dag_runs,
        "dagrun_timeout": _seconds(dag.dagrun_timeout),
        "deadlines": deadlines.describe(dag),
        "fail_fast": dag.fail_fast,
        "params": _params(dag.params, dag),
        "is_paused_upon_creation": dag.is_paused_upon_creation,
        "render_template_as_native_obj": dag.render_template_as_native_obj,
        "has_callbacks": [name for name, event in _DAG_CALLBACKS.items() if getattr(dag, name) or listens(event)],
        "warnings": _warnings(dag),
        "tasks": _tasks(dag),
        "groups": [_group(group) for group in dag.task_group.iter_groups()],
        "edge_labels": [
            {"from": up, "to": down, "label": label} for (up, down), label in sorted(dag.edge_labels.items())
        ],
    }


def _schedule(dag: DAG, last_interval: LastInterval) -> dict[str, Any]:
    if dag.schedule.spec["kind"] != "custom":
        return dag.schedule.spec
    from headway.authoring.custom_timetables import listed

    return dag.schedule.spec | listed(dag, last_interval)


def _tasks(dag: DAG) -> list[dict[str, Any]]:
    priorities = effective_priorities(dag.task_dict)
    return [_task(task, priorities[task.task_id], dag) for task in dag.tasks]


def _task(task: BaseOperator, priority: int, dag: DAG) -> dict[str, Any]:
    return {**_identity(task), **_running(task, priority), **_waiting(task), **_data(task), **_text(task, dag)}


def _identity(task: BaseOperator) -> dict[str, Any]:
    return {
        "task_id": task.task_id,
        "operator": task.operator_name,
        "kind": kind_of(task),
        "owner": task.owner,
        "group": task.task_group.node_id if task.task_group else "",
        "label": task.task_display_name or task.label,
    }


def _running(task: BaseOperator, priority: int) -> dict[str, Any]:
    return {
        "retries": task.retries,
        "retry_delay": _seconds(task.retry_delay),
        "retry_exponential_backoff": task.retry_exponential_backoff,
        "max_retry_delay": _seconds(task.max_retry_delay),
        "retry_on_lost": task.retry_on_lost,
        "execution_timeout": _seconds(task.execution_timeout),
        "queue": task.queue,
        "pool": task.pool,
        "pool_slots": task.pool_slots,
        "priority_weight": priority,
        "weight_rule": task.weight_rule if isinstance(task.weight_rule, str) else type(task.weight_rule).__name__,
        "isolation": task.isolation,
        "max_active_tis_per_dag": task.max_active_tis_per_dag,
        "max_active_tis_per_dagrun": task.max_active_tis_per_dagrun,
    }


def _waiting(task: BaseOperator) -> dict[str, Any]:
    return {
        "upstream": sorted(task.upstream_task_ids),
        "trigger_rule": TriggerRule(task.trigger_rule).value,  # authors also assign a text later
        "depends_on_past": task.depends_on_past,
        "ignore_first_depends_on_past": task.ignore_first_depends_on_past,
        "wait_for_downstream": task.wait_for_downstream,
        "start_date": _iso(task.start_date),
        "end_date": _iso(task.end_date),
        "is_setup": task.is_setup,
        "is_teardown": task.is_teardown,
        "on_failure_fail_dagrun": task.on_failure_fail_dagrun,
        "setups": [one.task_id for one in task.upstream_list if one.is_setup] if task.is_teardown else [],
        "ignore_downstream_trigger_rules": bool(getattr(task, "ignore_downstream_trigger_rules", False)),
    }


def _data(task: BaseOperator) -> dict[str, Any]:
    return {
        "inlets": _assets(task.inlets),
        "outlets": _assets(task.outlets),
        "do_xcom_push": task.do_xcom_push,
        "template_fields": list(task.template_fields),
        "mapped": describe_mapping(task),
        **_marks(task),
    }


def _marks(task: BaseOperator) -> dict[str, Any]:
    """The task of another DAG that has to be cleared whenever this one is; only markers have one."""
    marks = getattr(task, "marks", None)
    return {} if marks is None else {"marks": marks}


def _text(task: BaseOperator, dag: DAG) -> dict[str, Any]:
    return {
        "doc_md": _documentation(task.doc_md or task.doc, dag.folder),
        "has_callbacks": [name for name in _TASK_CALLBACKS if calls(task, name)],
        "ui_color": task.ui_color,
        "ui_fgcolor": task.ui_fgcolor,
    }


def kind_of(task: BaseOperator) -> str:
    """What the scheduler has to know of the task's class.

    "empty" promises that running the task could have no effect at all, so nobody needs to.
    """
    if task.kind != "empty":
        return task.kind
    hooks = (*_TASK_CALLBACKS, "pre_execute_hook", "post_execute_hook", "outlets", "inlets")
    has_effects = any(getattr(task, name) for name in hooks) or _overrides_execution(type(task))
    return "task" if has_effects else "empty"


def _overrides_execution(cls: type) -> bool:
    """Whether a subclass put code of its own over the class that declares itself empty."""
    for level in cls.__mro__:
        if "kind" in level.__dict__:
            return False
        if level.__dict__.keys() & {"execute", "pre_execute", "post_execute"}:
            return True
    return False


def _group(group: TaskGroup) -> dict[str, Any]:
    return {
        "group_id": group.group_id,
        "label": group.label,
        "tooltip": group.tooltip,
        "parent": group.parent_group.node_id if group.parent_group else "",
        "prefix_group_id": group.prefix_group_id,
        "mapped": group.mapped_over is not None,
        "ui_color": group.ui_color,
        "ui_fgcolor": group.ui_fgcolor,
    }


def _params(params: ParamsDict, dag: DAG) -> dict[str, Any]:
    try:
        return params.describe()
    except ValueError as error:
        text = f"DAG {dag.dag_id!r}: {error}"
        raise fault(text, "give it a number, a text, a list or a dictionary", dag.place) from None


def _warnings(dag: DAG) -> list[dict[str, Any]]:
    found = {*dag.notices, *(one for task in dag.tasks for one in task.notices)}
    alike: dict[str, list[Notice]] = {}
    for one in sorted(found):
        alike.setdefault(_OF_A_TASK.sub("", one.text), []).append(one)
    return [{"line": same[0].line, "text": _for_all(same)} for same in alike.values()]


def _for_all(same: list[Notice]) -> str:
    """One text for what is said of several tasks in the same words."""
    more = len({one.text for one in same}) - 1
    if not more:
        return same[0].text
    others = "another task" if more == 1 else f"{more} more tasks"
    return _OF_A_TASK.sub(lambda task: f"{task[1]} and {others}: ", same[0].text)


def _assets(values: Iterable[Any]) -> list[dict[str, Any]]:
    """The assets among ``values``; other kinds of inlets and outlets mean nothing here."""
    expressions = (value for value in values if isinstance(value, AssetExpression))
    return [leaf.as_outlet() for expression in expressions for leaf in expression.leaves()]


def _documentation(text: Any, folder: str) -> str | None:
    """A text without its indentation; one that names a ``.md`` file beside the DAG stands for its content."""
    if text is None:
        return None
    text = str(text)
    if text.endswith(".md") and "\n" not in text:
        file = Path(folder, text)
        return file.read_text(encoding="utf-8") if file.is_file() else text
    return inspect.cleandoc(text)


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
