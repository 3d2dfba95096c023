"""The arguments that every task takes, with their checks; their defaults stand on ``BaseOperator``."""

from __future__ import annotations

from typing import Any

from headway.authoring.arguments import ArgumentTable
from headway.authoring.priorities import strategy
from headway.authoring.retry_policy import retry_policy
from headway.authoring.trigger_rules import TriggerRule, WeightRule
from headway.authoring.values import (
    anything,
    backoff,
    bad,
    callbacks,
    duration,
    exact_duration,
    flag,
    mapping,
    moment,
    name,
    one_of,
    optional,
    optional_text,
    texts,
    whole,
)


def trigger_rule(value: Any) -> TriggerRule:
    """A trigger rule, by its present or its old name."""
    try:
        return TriggerRule(value)
    except ValueError:
        raise bad("one of " + ", ".join(TriggerRule), value) from None


def weight_rule(value: Any) -> Any:
    """How the effective priority is made: downstream, upstream, absolute, or a strategy that users write."""
    if (own := strategy(value)) is not None:
        return own
    try:
        return WeightRule(value).value
    except ValueError:
        raise bad("one of " + ", ".join(WeightRule), value) from None


def assets(value: Any) -> list[Any]:
    """Assets in a list; a single one is taken for a list of one."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple, set)) else [value]


def retries(value: Any) -> int:
    """How often a failed task is tried again; None means not at all."""
    return 0 if value is None else int(whole(0)(value))


def _or_zero_delay(value: Any) -> Any:
    return duration(0 if value is None else value)


OPERATOR_ARGUMENTS = ArgumentTable(
    known={
        # Who, and what people read
        "owner": name,
        "task_display_name": optional_text,
        "doc": anything,
        "doc_md": anything,
        "doc_json": anything,
        "doc_yaml": anything,
        "doc_rst": anything,
        "map_index_template": optional_text,
        # Tries and time
        "retries": retries,
        "retry_delay": _or_zero_delay,
        "retry_exponential_backoff": backoff,
        "max_retry_delay": optional(duration),
        "retry_policy": retry_policy,
        "execution_timeout": optional(exact_duration),
        "sla": optional(duration),
        "start_date": optional(moment),
        "end_date": optional(moment),
        # Where and when it runs
        "queue": name,
        "pool": name,
        "pool_slots": whole(1),
        "priority_weight": whole(),
        "weight_rule": weight_rule,
        "isolation": one_of(None, "fork"),
        "retry_on_lost": flag,
        "max_active_tis_per_dag": optional(whole(1)),
        "max_active_tis_per_dagrun": optional(whole(1)),
        # What it waits for
        "trigger_rule": trigger_rule,
        "depends_on_past": flag,
        "wait_for_downstream": flag,
        "ignore_first_depends_on_past": flag,
        "wait_for_past_depends_before_skipping": flag,
        # What it takes and leaves
        "params": mapping,
        "inlets": assets,
        "outlets": assets,
        "do_xcom_push": flag,
        "multiple_outputs": flag,
        # What else is called or told
        "pre_execute": callbacks,
        "post_execute": callbacks,
        "on_execute_callback": callbacks,
        "on_success_callback": callbacks,
        "on_failure_callback": callbacks,
        "on_retry_callback": callbacks,
        "on_skipped_callback": callbacks,
        "email": lambda value: texts(value) if not isinstance(value, str) else _addresses(value),
        "email_on_retry": flag,
        "email_on_failure": flag,
    },
    renamed={"task_concurrency": "max_active_tis_per_dag", "xcom_push": "do_xcom_push"},
    stored_as={"pre_execute": "pre_execute_hook", "post_execute": "post_execute_hook"},
    without_effect={
        "provide_context": "the context is always passed to a callable that names what it wants of it",
        "executor": "tasks run on Celery workers; use queue",
        "executor_config": "tasks run on Celery workers; use queue and isolation",
        "resources": "give the task a queue whose workers have what it needs",
        "run_as_user": "tasks run as the worker's own user; use a queue of its own",
        "logger_name": "a task's log is its own already",
        "log_events_on_execution": "every change of state is logged",
        "allow_nested_operators": "an operator's execute() may always be called inside another task",
        "adhoc": "a task runs with its DAG",
        "render_template_as_native_obj": "give it to the DAG: it holds for all its tasks",
        "start_trigger_args": "a task starts on a worker",
        "start_from_trigger": "a task starts on a worker",
    },
)


def _addresses(text: str) -> list[str]:
    return [one.strip() for one in text.replace(";", ",").split(",") if one.strip()]
