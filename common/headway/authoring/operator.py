"""``BaseOperator``: what every task is, and what a class of tasks inherits."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from headway.authoring.current_file import Notice, Place, fault
from headway.authoring.dependencies import Dependable, link
from headway.authoring.operator_arguments import OPERATOR_ARGUMENTS
from headway.authoring.operator_habits import OperatorHabits
from headway.authoring.operator_meta import OperatorMeta, accepted_names
from headway.authoring.results import RETURN_KEY
from headway.authoring.runtime import a_task_runs
from headway.authoring.setup_teardown import Scope, close_scope, make_teardown, open_scope, take_into_scope
from headway.authoring.trigger_rules import TriggerRule
from headway.authoring.values import identifier
from headway.authoring.xcom_arg import XComArg, references

if TYPE_CHECKING:
    from headway.authoring.dag import DAG
    from headway.authoring.expand_input import ExpandInput
    from headway.authoring.mapped_task import Partial, TaskMapping
    from headway.authoring.task_group import TaskGroup


class BaseOperator(OperatorHabits, Dependable, metaclass=OperatorMeta):
    """One task of a DAG, described by arguments that are all passed by name.

    A subclass says what the task does in ``execute``; what it returns becomes an XCom. The class
    attributes below are the defaults of the common arguments; ``operator_arguments`` checks them.
    """

    template_fields: ClassVar[Sequence[str]] = ()
    template_ext: ClassVar[Sequence[str]] = ()
    template_fields_renderers: ClassVar[dict[str, str]] = {}
    ui_color: ClassVar[str] = "#fff"
    ui_fgcolor: ClassVar[str] = "#000"
    kind: ClassVar[str] = "task"
    custom_operator_name: ClassVar[str | None] = None
    #: Attributes that a copy of a task shares with it, because they cannot or need not be copied.
    shallow_copy_attrs: ClassVar[Sequence[str]] = ()
    #: How instances are made of a mapped task; None for every other task.
    mapping: TaskMapping | None = None

    owner: str = "airflow"
    task_display_name: str | None = None
    doc: Any = None
    doc_md: Any = None
    doc_json: Any = None
    doc_yaml: Any = None
    doc_rst: Any = None
    map_index_template: str | None = None

    retries: int = 0
    retry_delay: timedelta = timedelta(minutes=5)
    retry_exponential_backoff: float | bool = False
    max_retry_delay: timedelta | None = None
    retry_policy: Any = None
    execution_timeout: timedelta | None = None
    sla: timedelta | None = None
    start_date: datetime | None = None
    end_date: datetime | None = None

    queue: str = "default"
    pool: str = "default_pool"
    pool_slots: int = 1
    priority_weight: int = 1
    weight_rule: Any = "downstream"  # a strategy too
    isolation: str | None = None
    retry_on_lost: bool = True
    max_active_tis_per_dag: int | None = None
    max_active_tis_per_dagrun: int | None = None

    trigger_rule: TriggerRule = TriggerRule.ALL_SUCCESS
    depends_on_past: bool = False
    wait_for_downstream: bool = False
    ignore_first_depends_on_past: bool = True
    wait_for_past_depends_before_skipping: bool = False

    params: Mapping[str, Any] = {}
    inlets: Sequence[Any] = ()
    outlets: Sequence[Any] = ()
    do_xcom_push: bool = True
    multiple_outputs: bool = False

    pre_execute_hook: Any = None
    post_execute_hook: Any = None
    on_execute_callback: Any = None
    on_success_callback: Any = None
    on_failure_callback: Any = None
    on_retry_callback: Any = None
    on_skipped_callback: Any = None
    email: Sequence[str] = ()
    email_on_retry: bool = True
    email_on_failure: bool = True

    is_setup: bool = False
    is_teardown: bool = False
    on_failure_fail_dagrun: bool = False
    place: Place = Place("", 0)
    _defaults: Mapping[str, Any] = {}
    _home: tuple[DAG | None, TaskGroup | None] = (None, None)
    _stands_for: BaseOperator | None = None

    def __init__(
        self,
        *,
        task_id: str,
        dag: DAG | None = None,
        task_group: TaskGroup | None = None,
        default_args: dict[str, Any] | None = None,
        **arguments: Any,
    ) -> None:
        self._dag: DAG | None = None
        self.task_group: TaskGroup | None = None
        self.upstream_task_ids: set[str] = set()
        self.downstream_task_ids: set[str] = set()
        self.notices: list[Notice] = []
        self.task_id = self._checked_id(task_id)
        self._take(arguments)
        home, group = self._home
        if home is not None and group is not None:
            self._join(home, group)
        elif self._stands_for is not None:
            self._dag, self.task_group = self._stands_for._dag, self._stands_for.task_group

    def _checked_id(self, task_id: Any) -> str:
        try:
            return identifier(task_id)
        except ValueError as error:
            raise fault(f"{type(self).__name__}: task_id: {error}", "choose another task_id", self.place) from None

    def _take(self, arguments: dict[str, Any]) -> None:
        """Set the common arguments: the caller's, then what default_args hold for them."""
        defaults = self._defaults
        # Arguments without effect are warned of once, at the DAG, when they stand in its default_args.
        for name in (OPERATOR_ARGUMENTS.known.keys() | OPERATOR_ARGUMENTS.renamed.keys()) & defaults.keys():
            arguments.setdefault(name, defaults[name])
        if "params" in arguments and "params" in defaults:
            arguments["params"] = {**(defaults["params"] or {}), **(arguments["params"] or {})}
        what = f"task {self.task_id!r}"
        self.notices += OPERATOR_ARGUMENTS.apply(self, arguments, what, self.place, _Names(type(self)))
        # A task that waits for its previous run's downstream waits for that run of itself first.
        self.depends_on_past = self.depends_on_past or self.wait_for_downstream

    def _join(self, dag: DAG, group: TaskGroup) -> None:
        self.task_id = self._checked_id(group.child_id(self.task_id))
        self._dag = dag
        self.task_group = group
        if self._is_passing():
            return
        dag.add_task(self)
        group.add(self)
        take_into_scope(self)

    def _is_passing(self) -> bool:
        """Whether a task or callback of the DAG is making this task while it runs, to call its ``execute`` itself.

        The DAG stays as it was read: a worker's process keeps it for further tasks.
        """
        if not a_task_runs():
            return False
        from headway.authoring.context import context_in_use

        context = context_in_use()
        return context is not None and context["dag"] is self._dag

    # What a subclass fills in

    def execute(self, context: Any) -> Any:
        """Do the work; what comes back is pushed as the XCom ``return_value``."""
        raise NotImplementedError(f"{type(self).__name__} has no execute()")

    def pre_execute(self, context: Any) -> None:
        """Called right before ``execute``."""
        if self.pre_execute_hook is not None:
            self.pre_execute_hook(context)

    def post_execute(self, context: Any, result: Any = None) -> None:
        """Called right after ``execute`` succeeded, with what it returned."""
        if self.post_execute_hook is not None:
            self.post_execute_hook(context, result)

    def on_kill(self) -> None:
        """Called when the task is stopped from outside; ends what ``execute`` started elsewhere."""

    # Its place in the DAG

    @property
    def dag(self) -> DAG:
        """The DAG that the task belongs to; assign one to a task that has none."""
        if self._dag is None:
            text = f"task {self.task_id!r} belongs to no DAG"
            raise fault(text, "create it inside `with DAG(...)`, or pass dag=", self.place)
        return self._dag

    @dag.setter
    def dag(self, dag: DAG) -> None:
        if self._dag is dag:
            return
        if self._dag is not None:
            text = f"task {self.task_id!r} belongs to DAG {self._dag.dag_id!r} already"
            raise fault(text, f"create a task of its own for DAG {dag.dag_id!r}")
        self._join(dag, self.task_group or dag.task_group)

    def has_dag(self) -> bool:
        """Whether the task belongs to a DAG."""
        return self._dag is not None

    @property
    def dag_id(self) -> str:
        """The id of its DAG; of a task without one, a name made from its own."""
        return self._dag.dag_id if self._dag is not None else f"adhoc_{self.owner}"

    @property
    def node_id(self) -> str:
        """Its id among tasks and groups."""
        return self.task_id

    @property
    def label(self) -> str:
        """Its id without the prefixes of its groups."""
        group = self.task_group
        prefix = group.prefix if group is not None else ""
        return self.task_id.removeprefix(prefix)

    @property
    def task_type(self) -> str:
        """The name of its class."""
        return type(self).__name__

    @property
    def operator_name(self) -> str:
        """What people call its kind: the class's name, or the decorator's."""
        return self.custom_operator_name or self.task_type

    @property
    def roots(self) -> Sequence[BaseOperator]:
        """The task itself."""
        return [self]

    @property
    def leaves(self) -> Sequence[BaseOperator]:
        """The task itself."""
        return [self]

    @property
    def upstream_list(self) -> list[BaseOperator]:
        """The tasks that it waits for, by id."""
        return [self.dag.task_dict[task_id] for task_id in sorted(self.upstream_task_ids)]

    @property
    def downstream_list(self) -> list[BaseOperator]:
        """The tasks that wait for it, by id."""
        return [self.dag.task_dict[task_id] for task_id in sorted(self.downstream_task_ids)]

    def get_direct_relative_ids(self, upstream: bool = False) -> set[str]:
        """The ids of its direct upstream or downstream tasks."""
        return self.upstream_task_ids if upstream else self.downstream_task_ids

    def get_direct_relatives(self, upstream: bool = False) -> list[BaseOperator]:
        """Its direct upstream or downstream tasks."""
        return self.upstream_list if upstream else self.downstream_list

    def get_flat_relative_ids(self, *, upstream: bool = False) -> set[str]:
        """The ids of every task before or behind it, however far."""
        found: set[str] = set()
        waiting = [self.task_id]
        while waiting:
            new = self.dag.task_dict[waiting.pop()].get_direct_relative_ids(upstream) - found
            found |= new
            waiting += new
        return found

    def get_flat_relatives(self, upstream: bool = False) -> list[BaseOperator]:
        """Every task before or behind it, however far, by id."""
        return [self.dag.task_dict[one] for one in sorted(self.get_flat_relative_ids(upstream=upstream))]

    # Values and dependencies through values

    @property
    def output(self) -> XComArg:
        """What the task returns, to be handed to other tasks."""
        return XComArg(self)

    def discover_dependencies(self) -> None:
        """Depend on every task whose result is used in a template field, or that the task is mapped over."""
        if self._is_passing():
            return
        for upstream in self._referenced():
            if upstream is not self and upstream.task_id not in self.upstream_task_ids:
                link([upstream], [self])

    def _referenced(self) -> Iterator[BaseOperator]:
        if self.mapping is not None:
            yield from self.mapping.operators()
            return
        for name in self.template_fields:
            yield from references(getattr(self, name, None))

    def xcom_push(self, context: Mapping[str, Any], key: str, value: Any) -> None:
        """Leave ``value`` under ``key`` for other tasks."""
        context["ti"].xcom_push(key=key, value=value)

    def xcom_pull(self, context: Mapping[str, Any], task_ids: Any = None, key: str = RETURN_KEY, **kwargs: Any) -> Any:
        """What another task left under ``key``."""
        return context["ti"].xcom_pull(task_ids=task_ids, key=key, **kwargs)

    # Setup and teardown

    def as_setup(self) -> Self:
        """Mark the task as one that prepares something for others."""
        self.is_setup = True
        return self

    def as_teardown(self, setups: Any = None, on_failure_fail_dagrun: bool | None = None) -> Self:
        """Mark the task as one that cleans up, also after failures: behind ``setups`` if they are given."""
        make_teardown(self, setups, on_failure_fail_dagrun)
        return self

    def __enter__(self) -> Scope:
        return open_scope(self)

    def __exit__(self, *exc_info: object) -> None:
        close_scope()

    # Mapping

    @classmethod
    def partial(cls, **arguments: Any) -> Partial:
        """The arguments that all instances of a mapped task share: ``X.partial(task_id=...).expand(name=[...])``."""
        from headway.authoring.mapped_task import Partial

        return Partial(cls, arguments)

    @property
    def is_mapped(self) -> bool:
        """Whether a run has an instance of the task for each element of something."""
        return self.mapping is not None

    @property
    def mapped_over(self) -> ExpandInput | None:
        """What the task is mapped over."""
        return self.mapping.over if self.mapping is not None else None

    # Odds and ends

    @property
    def log(self) -> logging.Logger:
        """The logger of the task's class; what it logs while a task runs is the task's log."""
        return logging.getLogger(f"{type(self).__module__}.{type(self).__qualname__}")

    def __copy__(self) -> Self:
        made = type(self).__new__(type(self))
        made.__dict__.update(self.__dict__)
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A copy whose fields may be changed (rendered) freely; it stays in the same DAG and group."""
        made = type(self).__new__(type(self))
        memo[id(self)] = made
        shared = {"_dag", "task_group", "python_callable", *self.shallow_copy_attrs}
        for name, value in self.__dict__.items():
            made.__dict__[name] = value if name in shared else copy.deepcopy(value, memo)
        return made

    def __repr__(self) -> str:
        return f"<Task({self.task_type}): {self.task_id}>"


class _Names:
    """The argument names of a class, found out only when an error wants them."""

    def __init__(self, cls: type) -> None:
        self._cls = cls

    def __iter__(self) -> Iterator[str]:
        return iter(accepted_names(self._cls))
