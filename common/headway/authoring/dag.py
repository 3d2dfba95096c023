"""``DAG``: tasks, their order, and when and how they run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from headway.authoring.arguments import closest
from headway.authoring.current_file import (
    Notice,
    Place,
    call_site,
    current_scope,
    current_style,
    fault,
    notice,
    notices_so_far,
)
from headway.authoring.dag_arguments import DAG_ARGUMENTS
from headway.authoring.dag_reads import DagReads
from headway.authoring.dag_stack import close_dag, open_dag
from headway.authoring.defaults import default_zone, defaults
from headway.authoring.dependencies import find_cycle, link
from headway.authoring.operator_arguments import OPERATOR_ARGUMENTS
from headway.authoring.params import NOTSET, DagParam, ParamsDict
from headway.authoring.schedules import UNSET, Schedule, normalise, timezone_name
from headway.authoring.styles import defaults_of
from headway.authoring.task_group import TaskGroup
from headway.authoring.values import identifier, mapping, moment, optional, optional_text

if TYPE_CHECKING:
    from headway.authoring.deadlines import DeadlineAlert
    from headway.authoring.operator import BaseOperator

_SCHEDULE_NAMES = ("schedule", "schedule_interval", "timetable")
_OWN_NAMES = ("dag_id", "description", "start_date", "end_date", "default_args", *_SCHEDULE_NAMES)
# Arguments of a DAG that authors put into default_args, where they do nothing.
_MISPLACED = {*DAG_ARGUMENTS.names(), *_OWN_NAMES} - OPERATOR_ARGUMENTS.names()


class DAG(DagReads):
    """A graph of tasks with a schedule, used as ``with DAG("name", schedule="@daily") as dag:``.

    Only ``dag_id`` is needed. ``default_args`` are given to each task that has a parameter of that name.
    The class attributes below are the defaults of the other arguments.
    """

    dag_display_name: str | None = None
    doc_md: str | None = None
    tags: Sequence[str] = ()
    owner_links: Mapping[str, str] = {}
    max_active_runs: int = 16
    max_active_tasks: int = 16
    max_consecutive_failed_dag_runs: int = 0
    dagrun_timeout: timedelta | None = None
    fail_fast: bool = False
    is_paused_upon_creation: bool | None = None
    auto_register: bool = True
    template_searchpath: Sequence[str] = ()
    template_undefined: Any = None
    user_defined_macros: Mapping[str, Any] = {}
    user_defined_filters: Mapping[str, Any] = {}
    jinja_environment_kwargs: Mapping[str, Any] = {}
    render_template_as_native_obj: bool = False
    on_success_callback: Any = None
    on_failure_callback: Any = None
    sla_miss_callback: Any = None
    deadline: Sequence[DeadlineAlert] = ()
    is_subdag: ClassVar[bool] = False

    def __init__(
        self,
        dag_id: str,
        description: str | None = None,
        schedule: Any = UNSET,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        *,
        default_args: Mapping[str, Any] | None = None,
        **arguments: Any,
    ) -> None:
        self.place: Place = call_site()
        self.fileloc = self.place.file
        self.style = current_style()
        self.dag_id: str = self._checked("dag_id", identifier, dag_id, "a DAG")
        self.description: str | None = self._checked("description", optional_text, description)
        self.default_args: dict[str, Any] = self._checked("default_args", mapping, default_args)
        self.start_date = self._date("start_date", start_date)
        self.end_date = self._date("end_date", end_date)
        self.params = ParamsDict(self.default_args.get("params"))
        self._take_defaults()
        self.task_dict: dict[str, BaseOperator] = {}
        self.group_dict: dict[str, TaskGroup] = {}
        self.edge_labels: dict[tuple[str, str], str] = {}
        self.task_group = TaskGroup.create_root(self)
        self.notices: list[Notice] = []
        self._suffixes: dict[str, int] = {}
        #: The group of another DAG that this DAG's tasks went into, for one that was the DAG of a SubDagOperator.
        self.taken_into: TaskGroup | None = None
        given = {name: arguments.pop(name) for name in _SCHEDULE_NAMES[1:] if name in arguments}
        self.schedule = self._normalised(schedule, given)
        self._take(arguments)
        #: The folder that its file's bundle lies in; None outside of one.
        self.code_root: str | None = None
        if (scope := current_scope()) is not None:
            self.code_root = scope.root
            scope.created.append(self)

    # Taking the arguments

    def _checked(self, name: str, convert: Any, value: Any, what: str = "") -> Any:
        try:
            return convert(value)
        except ValueError as error:
            what = what or f"DAG {self.dag_id!r}"
            raise fault(f"{what}: {name}: {error}", f"give {name} such a value, or leave it out") from None

    def _date(self, name: str, given: Any) -> datetime | None:
        value = self.default_args.get(name) if given is None else given
        found: datetime | None = self._checked(name, optional(moment), value)
        return found

    def _normalised(self, schedule: Any, given: dict[str, Any]) -> Schedule:
        """The schedule, from whichever of its three names was used."""
        used = ([] if schedule is UNSET else ["schedule"]) + list(given)
        if len(used) > 1:
            raise fault(f"DAG {self.dag_id!r}: both {used[0]} and {used[1]} are given", "keep schedule alone")
        for name, value in given.items():
            schedule = value
            self.notices.append(notice(f"DAG {self.dag_id!r}: {name} is an old name, write schedule"))
        said = notices_so_far()
        found: Schedule = self._checked(
            used[0] if used else "schedule", lambda value: normalise(value, self.style, self.timezone), schedule
        )
        self.notices += [one for one in notices_so_far() if one not in said]
        return found

    def _take_defaults(self) -> None:
        """What the installation says, for what the file may say otherwise."""
        said = defaults()
        self.catchup: bool = defaults_of(self.style).catchup if said.catchup is None else said.catchup
        for name, limit in said.limits.items():
            setattr(self, name, limit)

    def _take(self, arguments: dict[str, Any]) -> None:
        what = f"DAG {self.dag_id!r}"
        inherited = self.params
        self.notices += DAG_ARGUMENTS.apply(self, arguments, what, self.place, _OWN_NAMES)
        self.params = ParamsDict({**inherited.params(), **self.params.params()})
        for name in self.default_args:
            self.notices.extend(_doubtful_default(name, what))
        if self.schedule.spec["kind"] == "continuous" and self.max_active_runs > 1:
            if "max_active_runs" in arguments:
                raise fault(f"{what}: @continuous runs one at a time", "set max_active_runs=1")
            self.max_active_runs = 1

    # Tasks and groups

    def add_task(self, task: BaseOperator) -> None:
        """Take a task in; refuses an id that is taken."""
        if not task.has_dag():
            task.dag = self  # comes back here with its DAG set and its full id
            return
        self._claim(task.task_id, "task_id", task.place)
        self.task_dict[task.task_id] = task

    def add_tasks(self, tasks: Iterable[BaseOperator]) -> None:
        """Take several tasks in."""
        for task in tasks:
            self.add_task(task)

    def add_group(self, group_id: str, group: TaskGroup) -> None:
        """Take a task group in; refuses an id that is taken."""
        self._claim(group_id, "group_id", group.place)
        self.group_dict[group_id] = group

    def _claim(self, node_id: str, what: str, place: Place) -> None:
        holder = self.task_dict.get(node_id) or self.group_dict.get(node_id)
        if holder is not None:
            kind = "group" if node_id in self.group_dict else "task"
            text = f"{what} {node_id!r} is taken in DAG {self.dag_id!r}: the {kind} of line {holder.place.line} has it"
            raise fault(text, f"give one of the two another {what}", place)

    def free_id(self, wanted: str) -> str:
        """``wanted`` if no task or group has it, else ``wanted__1``, ``wanted__2`` …"""
        if wanted not in self.task_dict and wanted not in self.group_dict:
            return wanted
        number = self._suffixes.get(wanted, 0) + 1
        while f"{wanted}__{number}" in self.task_dict or f"{wanted}__{number}" in self.group_dict:
            number += 1
        self._suffixes[wanted] = number
        return f"{wanted}__{number}"

    @property
    def tasks(self) -> list[BaseOperator]:
        """Every task, in the order they were made."""
        return list(self.task_dict.values())

    @property
    def task_ids(self) -> list[str]:
        """Every task's id, in the order they were made."""
        return list(self.task_dict)

    @property
    def roots(self) -> list[BaseOperator]:
        """The tasks that wait for none."""
        return [task for task in self.tasks if not task.upstream_task_ids]

    @property
    def leaves(self) -> list[BaseOperator]:
        """The tasks that none waits for."""
        return [task for task in self.tasks if not task.downstream_task_ids]

    def has_task(self, task_id: str) -> bool:
        """Whether a task has this id."""
        return task_id in self.task_dict

    def get_task(self, task_id: str) -> BaseOperator:
        """The task of this id."""
        if task_id not in self.task_dict:
            hint = closest(task_id, self.task_dict)
            remedy = f"did you mean {hint!r}?" if hint else "see `headway tasks list`"
            raise fault(f"DAG {self.dag_id!r} has no task {task_id!r}", remedy, self.place)
        return self.task_dict[task_id]

    def set_dependency(self, upstream_task_id: str, downstream_task_id: str) -> None:
        """Let one task wait for another, both named by id."""
        link([self.get_task(upstream_task_id)], [self.get_task(downstream_task_id)])

    def topological_sort(self) -> list[BaseOperator]:
        """Every task, each behind those that it waits for; refuses a cycle."""
        self.check()
        missing = {task_id: len(task.upstream_task_ids) for task_id, task in self.task_dict.items()}
        ordered = self.roots
        for task in ordered:
            for task_id in sorted(task.downstream_task_ids):
                missing[task_id] -= 1
                if not missing[task_id]:
                    ordered.append(self.task_dict[task_id])
        return ordered

    def check(self) -> None:
        """Find the dependencies that values bring, then refuse a cycle. The loader calls it for each DAG."""
        for task in self.task_dict.values():
            task.discover_dependencies()
        self._check_params()
        cycle = find_cycle({task_id: task.downstream_task_ids for task_id, task in self.task_dict.items()})
        if cycle:
            place = max(self.task_dict[task_id].place for task_id in cycle)
            text = f"DAG {self.dag_id!r}: tasks wait for each other in a cycle: {' -> '.join(cycle)}"
            raise fault(text, "remove one of these dependencies", place)

    # Without a cluster

    def test(
        self,
        execution_date: datetime | None = None,
        run_conf: Mapping[str, Any] | None = None,
        conn_file_path: str | None = None,
        variable_file_path: str | None = None,
        use_executor: bool = False,
        mark_success_pattern: Any = None,
        *,
        logical_date: datetime | None = None,
        run_after: datetime | None = None,
        session: Any = None,
    ) -> Any:
        """Run the DAG in this process and show it, as ``headway dags test`` does; what comes back is its report.

        For the end of a DAG file: ``if __name__ == "__main__": dag.test()``. The moment is the logical date, now
        unless given. ``use_executor`` and ``session`` mean nothing here.
        """
        from headway.local.script import show_run

        return show_run(
            self,
            logical_date=logical_date or execution_date or run_after,
            conf=run_conf,
            connections=conn_file_path,
            variables=variable_file_path,
            mark_success=mark_success_pattern,
        )

    def cli(self) -> None:
        """A small command line for a script: ``python my_dag.py list``, ``test``, ``test TASK``, ``render TASK``."""
        from headway.local.script import command_line

        command_line(self)

    def _check_params(self) -> None:
        """Refuse params that the runs of its schedule could not have; whoever triggers a DAG gives its values."""
        if self.schedule.spec["kind"] == "none":
            return
        try:
            self.params.validate()
        except ValueError as error:
            remedy = "give it a default that fits, or the DAG schedule=None"
            raise fault(f"DAG {self.dag_id!r}: {error}", remedy, self.place) from None

    def validate(self) -> None:
        """Refuse what could not run, as the loader does for each DAG."""
        self.check()

    check_cycle = validate

    # What is known of it

    @property
    def timezone(self) -> str:
        """The name of the time zone of its start date; the default one without it."""
        zone = self.start_date.tzinfo if self.start_date is not None else default_zone()
        name: str = self._checked("start_date", timezone_name, zone)
        return name

    @property
    def folder(self) -> str:
        """The folder of the file that made it."""
        return str(Path(self.fileloc).parent)

    @property
    def owner(self) -> str:
        """The owners of its tasks, by name."""
        return ", ".join(sorted({task.owner for task in self.tasks}))

    @property
    def schedule_interval(self) -> str:
        """Its schedule, as people read it."""
        return self.schedule.text

    @property
    def concurrency(self) -> int:
        """``max_active_tasks`` by its old name."""
        return self.max_active_tasks

    def param(self, name: str, default: Any = NOTSET) -> DagParam:
        """The value of a param, to be handed to tasks; ``default`` becomes the param's own."""
        if default is not NOTSET:
            self.params[name] = default
        return DagParam(name, default)

    def __enter__(self) -> Self:
        open_dag(self)
        return self

    def __exit__(self, *exc_info: object) -> None:
        close_dag()
        self.register()

    def register(self) -> None:
        """Count as a DAG of the file being loaded even when no global name holds it."""
        scope = current_scope()
        if scope is not None and self.auto_register and self not in scope.registered:
            scope.registered.append(self)

    def __contains__(self, task_id: object) -> bool:
        return task_id in self.task_dict

    def __repr__(self) -> str:
        return f"<DAG: {self.dag_id}>"


def _doubtful_default(name: str, what: str) -> list[Notice]:
    """Warn of a key of default_args that no task can take, or that looks misspelt."""
    if name in _MISPLACED:
        return [notice(f"{what}: {name} in default_args has no effect; pass it to the DAG itself")]
    if reason := OPERATOR_ARGUMENTS.without_effect.get(name):
        return [notice(f"{what}: {name} in default_args has no effect: {reason}")]
    common = OPERATOR_ARGUMENTS.names()
    hint = closest(name, common)
    # Operators have arguments of their own, so only what is almost a common name is a likely slip.
    if name not in common and hint and abs(len(hint) - len(name)) == 1 and _one_edit(name, hint):
        return [notice(f"{what}: {name} in default_args is unknown; did you mean {hint}?")]
    return []


def _one_edit(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
