"""Headway: DAGs of tasks, scheduled and run by Celery workers on named queues.

This module is what DAG files import. Each name is loaded when it is first used, so that importing
``headway`` costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing takes 7 ms to import, and every Python process here passes by (see serve_airflow)
if TYPE_CHECKING:
    from typing import Any

    from headway.authoring.asset_decorator import asset
    from headway.authoring.asset_events import Metadata
    from headway.authoring.assets import Asset, AssetAlias, AssetAll, AssetAny, Dataset
    from headway.authoring.context import get_current_context
    from headway.authoring.dag import DAG
    from headway.authoring.dag_decorator import dag
    from headway.authoring.dependencies import chain, chain_linear, cross_downstream
    from headway.authoring.edge_labels import Label
    from headway.authoring.notifier import BaseNotifier
    from headway.authoring.operator import BaseOperator
    from headway.authoring.params import Param
    from headway.authoring.setup_teardown import setup, teardown
    from headway.authoring.task_group import TaskGroup, task_group
    from headway.authoring.taskflow import task
    from headway.authoring.timetables import (
        AssetOrTimeSchedule,
        CronDataIntervalTimetable,
        CronTriggerTimetable,
        DeltaDataIntervalTimetable,
        DeltaTriggerTimetable,
        MultipleCronTriggerTimetable,
    )
    from headway.authoring.trigger_rules import TriggerRule
    from headway.authoring.xcom_arg import XComArg

_MODULES = {
    "asset_decorator": ("asset",),
    "asset_events": ("Metadata",),
    "assets": ("Asset", "AssetAlias", "AssetAll", "AssetAny", "Dataset"),
    "context": ("get_current_context",),
    "dag": ("DAG",),
    "dag_decorator": ("dag",),
    "dependencies": ("chain", "chain_linear", "cross_downstream"),
    "edge_labels": ("Label",),
    "notifier": ("BaseNotifier",),
    "operator": ("BaseOperator",),
    "params": ("Param",),
    "setup_teardown": ("setup", "teardown"),
    "task_group": ("TaskGroup", "task_group"),
    "taskflow": ("task",),
    "timetables": (
        "AssetOrTimeSchedule",
        "CronDataIntervalTimetable",
        "CronTriggerTimetable",
        "DeltaDataIntervalTimetable",
        "DeltaTriggerTimetable",
        "MultipleCronTriggerTimetable",
    ),
    "trigger_rules": ("TriggerRule",),
    "xcom_arg": ("XComArg",),
}
_HOMES = {name: f"headway.authoring.{module}" for module, names in _MODULES.items() for name in names}

__all__ = [  # noqa: RUF022  (grouped by what they are for)
    # DAGs and tasks
    "DAG",
    "dag",
    "task",
    "BaseOperator",
    "XComArg",
    # Order
    "TaskGroup",
    "task_group",
    "chain",
    "chain_linear",
    "cross_downstream",
    "Label",
    "TriggerRule",
    "setup",
    "teardown",
    # When
    "Asset",
    "AssetAlias",
    "AssetAll",
    "AssetAny",
    "AssetOrTimeSchedule",
    "Dataset",
    "Metadata",
    "asset",
    "CronDataIntervalTimetable",
    "CronTriggerTimetable",
    "DeltaDataIntervalTimetable",
    "DeltaTriggerTimetable",
    "MultipleCronTriggerTimetable",
    # Who is told
    "BaseNotifier",
    # Inputs
    "Param",
    "get_current_context",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'headway' has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
