"""What ``airflow.utils.types`` offers: the kinds of runs, and the mark of an argument that was not given."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from headway.authoring.params import NOTSET, NoValue

__all__ = ["NOTSET", "ArgNotSet", "DagRunTriggeredByType", "DagRunType"]

ArgNotSet = NoValue


class DagRunType(StrEnum):
    """What made a run."""

    BACKFILL_JOB = "backfill"
    SCHEDULED = "scheduled"
    MANUAL = "manual"
    DATASET_TRIGGERED = "asset_triggered"
    ASSET_TRIGGERED = "asset_triggered"

    def generate_run_id(self, logical_date: Any = None, **_: Any) -> str:
        """The usual run id of such a run."""
        return f"{self.value}__{logical_date.isoformat()}"

    @classmethod
    def from_run_id(cls, run_id: str) -> DagRunType:
        """What made the run of this id; people, if nothing else did."""
        return next((one for one in cls if run_id.startswith(f"{one.value}__")), cls.MANUAL)


class DagRunTriggeredByType(StrEnum):
    """Through what a run was made."""

    CLI = "cli"
    OPERATOR = "operator"
    REST_API = "rest_api"
    UI = "ui"
    TIMETABLE = "timetable"
    BACKFILL = "backfill"
