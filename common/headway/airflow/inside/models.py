"""Airflow's tables as read-only classes: the class names columns, an instance is one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from headway.airflow.inside.columns import Column, only_here
from headway.airflow.inside.query import Query
from headway.airflow.inside.refusals import refused, unknown
from headway.airflow.table import aliases
from headway.authoring.moments import to_pendulum

_MOMENTS = frozenset(
    {
        "data_interval_end",
        "data_interval_start",
        "dttm",
        "end_date",
        "last_parsed_time",
        "logical_date",
        "next_dagrun",
        "next_dagrun_create_after",
        "queued_at",
        "run_after",
        "start_date",
        "timestamp",
    }
)


class ViewMeta(type):
    """Makes ``Model.any_column`` a column, so that a file may name those that Headway does not have."""

    def __getattr__(cls, name: str) -> Any:
        if name == "__clause_element__":
            raise only_here(cls.__name__)
        if name.startswith("_"):
            raise AttributeError(name)
        return Column(cls, name)

    def __instancecheck__(cls, one: Any) -> bool:
        same = type(one).__name__ == cls.__name__ and type(one).__module__.startswith("headway.")
        return same or super().__instancecheck__(one)


class View(metaclass=ViewMeta):
    """One record; its attributes are the fields that the query brought, datetimes as pendulum's."""

    #: The kind of record of ``headway.authoring.records``; None for what Headway does not keep.
    kind: ClassVar[str | None] = None
    #: Airflow's names for fields that are called otherwise here.
    renamed: ClassVar[Mapping[str, str]] = {}

    def __init__(self, record: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        if not isinstance(record, Mapping):
            raise refused(f"making a {type(self).__name__}", type(self).__name__)
        self.__dict__["record"] = record

    @classmethod
    def field(cls, name: str) -> str:
        """What a column of Airflow's is called here."""
        return cls.renamed.get(name, name)

    @classmethod
    def query(cls) -> Query:
        """Every record."""
        return Query(cls)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        field = self.field(name)
        if field not in self.record:
            raise unknown(f"{type(self).__name__}.{name}")
        value = self.record[field]
        if field in _MOMENTS and value is not None:
            return to_pendulum(datetime.fromisoformat(value) if isinstance(value, str) else value)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        raise refused(f"setting {name} of a {type(self).__name__}", type(self).__name__)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {dict(list(self.record.items())[:4])}>"


_DATES = {"execution_date": "logical_date", "dagrun_id": "id", "queued_dttm": "queued_at"}


class TaskInstance(View):
    """The task instances of all runs."""

    kind = "task_instance"
    renamed = _DATES

    def current_state(self, session: Any = None) -> Any:
        """The state as it was read."""
        return self.state

    def get_dagrun(self, session: Any = None) -> DagRun | None:
        """Its run."""
        return DagRun.query().filter_by(dag_id=self.dag_id, run_id=self.run_id).first()  # type: ignore[no-any-return]

    def xcom_pull(self, task_ids: Any = None, key: str = "return_value", **_: Any) -> Any:
        """What tasks of its run pushed under ``key``."""
        from headway.airflow.inside.xcoms import XCom

        ids = task_ids or self.task_id
        return XCom.get_one(run_id=self.run_id, dag_id=self.dag_id, task_id=ids, key=key)


class DagRun(View):
    """The runs of all DAGs."""

    kind = "dag_run"
    renamed = _DATES

    @staticmethod
    def find(
        dag_id: str | Iterable[str] | None = None,
        run_id: str | Iterable[str] | None = None,
        execution_date: Any = None,
        state: Any = None,
        external_trigger: bool | None = None,
        no_backfills: bool = False,
        run_type: Any = None,
        session: Any = None,
        execution_start_date: Any = None,
        execution_end_date: Any = None,
        logical_date: Any = None,
        **_: Any,
    ) -> list[DagRun]:
        """The runs that match, by logical date; lists stand for "one of"."""
        wanted = {
            "dag_id": dag_id,
            "run_id": run_id,
            "logical_date": logical_date if logical_date is not None else execution_date,
            "state": state,
            "external_trigger": external_trigger,
            "run_type": run_type,
        }
        found = DagRun.query().order_by(DagRun.logical_date)
        for name, value in wanted.items():
            if value is not None:
                column = Column(DagRun, name)
                several = isinstance(value, (list, tuple, set, frozenset))
                found = found.filter(column.in_(value) if several else column == value)
        if execution_start_date is not None:
            found = found.filter(DagRun.logical_date >= execution_start_date)
        if execution_end_date is not None:
            found = found.filter(DagRun.logical_date <= execution_end_date)
        return [run for run in found if not (no_backfills and run.run_type == "backfill")]

    @staticmethod
    def find_duplicate(dag_id: str, run_id: str, execution_date: Any = None, session: Any = None) -> DagRun | None:
        """The run of this id, or None."""
        return DagRun.query().filter_by(dag_id=dag_id, run_id=run_id).first()  # type: ignore[no-any-return]

    @staticmethod
    def generate_run_id(run_type: Any, execution_date: Any = None, logical_date: Any = None, **_: Any) -> str:
        """The usual run id of a run of this type and date."""
        date = logical_date if logical_date is not None else execution_date
        return f"{run_type}__{date.isoformat()}"

    def get_state(self) -> Any:
        """The state as it was read."""
        return self.state

    def get_duration(self) -> float | None:
        """Seconds from start to end, or None while one of them is missing."""
        both = self.start_date is not None and self.end_date is not None
        return (self.end_date - self.start_date).total_seconds() if both else None

    duration = property(get_duration)

    def get_task_instances(self, state: Any = None, session: Any = None) -> list[TaskInstance]:
        """Its task instances, or those in ``state`` (one or several)."""
        found = TaskInstance.query().filter_by(dag_id=self.dag_id, run_id=self.run_id).order_by(TaskInstance.task_id)
        if state is not None:
            states = [state] if isinstance(state, str) else list(state)
            found = found.filter(TaskInstance.state.in_(states))
        return found.all()

    def get_task_instance(self, task_id: str, session: Any = None, *, map_index: int = -1) -> TaskInstance | None:
        """One of its task instances, or None."""
        one = {"dag_id": self.dag_id, "run_id": self.run_id, "task_id": task_id, "map_index": map_index}
        return TaskInstance.query().filter_by(**one).first()  # type: ignore[no-any-return]

    def get_previous_dagrun(self, state: Any = None, session: Any = None) -> DagRun | None:
        """The run of its DAG before it, or the last one before it in ``state``."""
        found = DagRun.query().filter(DagRun.dag_id == self.dag_id, DagRun.logical_date < self.logical_date)
        if state is not None:
            found = found.filter(DagRun.state == state)
        return found.order_by(DagRun.logical_date.desc()).first()  # type: ignore[no-any-return]


class DagModel(View):
    """The DAGs that the scheduler knows."""

    kind = "dag"
    renamed: ClassVar[Mapping[str, str]] = {
        "concurrency": "max_active_tasks",
        "timetable_summary": "schedule_interval",
        "timetable_description": "schedule_interval",
        "last_updated": "last_parsed_time",
    }

    @staticmethod
    def get_dagmodel(dag_id: str, session: Any = None) -> DagModel | None:
        """The DAG of this id, or None."""
        return DagModel.query().filter_by(dag_id=dag_id).first()  # type: ignore[no-any-return]

    get_current = get_dagmodel

    @staticmethod
    def get_paused_dag_ids(dag_ids: Iterable[str], session: Any = None) -> set[str]:
        """Those of ``dag_ids`` that are paused."""
        found = DagModel.query().filter(DagModel.dag_id.in_(dag_ids), DagModel.is_paused.is_(True))
        return {one.dag_id for one in found}

    def get_is_paused(self, *, session: Any = None) -> bool:
        """Whether it is paused."""
        return bool(self.is_paused)

    def get_is_active(self, *, session: Any = None) -> bool:
        """Whether its file still defines it."""
        return bool(self.is_active)

    def get_last_dagrun(self, session: Any = None, include_externally_triggered: bool = False) -> DagRun | None:
        """Its newest run; of those that a schedule made, unless told otherwise."""
        return last_run(self.dag_id, include_externally_triggered)

    def set_is_paused(self, is_paused: bool, *args: Any, **kwargs: Any) -> None:
        """Refused."""
        raise refused("set_is_paused()", "DagModel")


def last_run(dag_id: str, include_externally_triggered: bool = False) -> DagRun | None:
    """The newest run of a DAG by logical date; of those that a schedule made, unless told otherwise."""
    found = DagRun.query().filter(DagRun.dag_id == dag_id).order_by(DagRun.logical_date.desc())
    if not include_externally_triggered:
        found = found.filter(DagRun.external_trigger.is_(False))
    return found.first()  # type: ignore[no-any-return]


class Log(View):
    """The audit trail."""

    kind = "log"
    renamed: ClassVar[Mapping[str, str]] = {"when": "dttm", "dag_id": "subject"}


class Pool(View):
    """The pools."""

    kind = "pool"
    renamed: ClassVar[Mapping[str, str]] = {"pool_name": "pool"}
    DEFAULT_POOL_NAME: ClassVar[str] = "default_pool"

    @staticmethod
    def get_pool(pool_name: str, session: Any = None) -> Pool | None:
        """The pool of this name, or None."""
        return Pool.query().filter_by(pool=pool_name).first()  # type: ignore[no-any-return]

    @staticmethod
    def get_pools(session: Any = None) -> list[Pool]:
        """Every pool."""
        return Pool.query().all()


class ParseImportError(View):
    """The files that cannot be loaded."""

    kind = "import_error"


class StoredVariable(View):
    """The variables by key; their values come from ``Variable.get``."""

    kind = "variable"

    @property
    def val(self) -> Any:
        """The value."""
        from headway.authoring.variables import Variable

        return Variable.get(self.key)


class StoredConnection(View):
    """The connections; what the query does not bring, such as the password, is asked for when it is used."""

    kind = "connection"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in self.record:
            return super().__getattr__(name)
        from headway.authoring.connections import get_connection

        return getattr(get_connection(self.conn_id), name)


def __getattr__(name: str) -> Any:
    """A class for a table that Headway does not have: a file may name it, a query of it is refused."""
    if f"{__name__}:{name}" not in {row.ours for row in aliases()}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = ViewMeta(name, (View,), {"__module__": __name__, "__doc__": "A table of Airflow's that Headway lacks."})
    globals()[name] = made
    return made
