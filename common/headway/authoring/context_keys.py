"""The keys of a task's context and how each is computed, once, when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from headway.authoring import macros, moments
from headway.authoring.asset_events import InletEvents, OutletEvents, TriggeringEvents
from headway.authoring.configuration import conf
from headway.authoring.connections import Connections
from headway.authoring.moments import to_pendulum
from headway.authoring.neighbours import neighbours
from headway.authoring.run_params import effective_params
from headway.authoring.state_store import AssetStateStores, task_store
from headway.authoring.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pendulum

    from headway.authoring.runtime import AssetEventFacts, InstanceFacts, RunFacts, TaskRuntime
    from headway.authoring.task_instance import TaskInstance


@dataclass(eq=False)
class Facts:
    """What every key is computed from."""

    dag: Any
    task: Any
    run: RunFacts
    instance: InstanceFacts
    runtime: TaskRuntime
    ti: TaskInstance

    @cached_property
    def last_success(self) -> RunFacts | None:
        """The latest successful run before this one; costs a look-up."""
        return self.runtime.previous_run("success")

    @cached_property
    def outlet_events(self) -> OutletEvents:
        """What the task says of its outlets."""
        return OutletEvents(self.task.outlets)

    @cached_property
    def triggers(self) -> Sequence[AssetEventFacts]:
        """The asset events that started the run; costs a look-up in a run that assets started."""
        return self.runtime.triggering_events() if self.run.run_type == "asset_triggered" else []

    @property
    def logical(self) -> pendulum.DateTime:
        """The logical date; only asked for where there is one."""
        found = self.ti.dag_run.logical_date
        assert found is not None
        return found

    @cached_property
    def neighbours(self) -> tuple[pendulum.DateTime, pendulum.DateTime]:
        """The logical dates before and after this one by the schedule.

        A run that no schedule made has no neighbours: its own date stands in, as in Airflow.
        """
        found = None if self.run.external_trigger else neighbours(self.dag.schedule.spec, self.logical)
        if found is None:
            return self.logical, self.logical
        before, after = found
        return to_pendulum(before).in_timezone("UTC"), to_pendulum(after).in_timezone("UTC")


def _key_text(facts: Facts) -> str:
    day = moments.ds_nodash(facts.run.logical_date or facts.run.run_after)
    return f"{facts.run.dag_id}__{facts.instance.task_id}__{day}"


ALWAYS: dict[str, Callable[[Facts], Any]] = {
    "asset_state_store": lambda facts: AssetStateStores(facts.runtime, facts.task.inlets, facts.task.outlets),
    "conf": lambda facts: conf,
    "conn": lambda facts: Connections(),
    "dag": lambda facts: facts.dag,
    "dag_run": lambda facts: facts.ti.dag_run,
    "data_interval_end": lambda facts: facts.ti.dag_run.data_interval_end,
    "data_interval_start": lambda facts: facts.ti.dag_run.data_interval_start,
    "exception": lambda facts: None,
    "inlet_events": lambda facts: InletEvents(facts.task.inlets, facts.runtime),
    "inlets": lambda facts: list(facts.task.inlets),
    "macros": lambda facts: macros,
    "map_index_template": lambda facts: facts.task.map_index_template,
    "outlet_events": lambda facts: facts.outlet_events,
    "outlets": lambda facts: list(facts.task.outlets),
    "partition_key": lambda facts: facts.ti.dag_run.partition_key,
    "params": lambda facts: effective_params(facts.dag, facts.task, facts.run.conf),
    "run_id": lambda facts: facts.run.run_id,
    "start_date": lambda facts: facts.ti.start_date,
    "task": lambda facts: facts.task,
    "task_instance": lambda facts: facts.ti,
    "task_instance_key_str": _key_text,
    "task_state_store": lambda facts: task_store(facts.runtime),
    "templates_dict": lambda facts: None,
    "test_mode": lambda facts: facts.ti.test_mode,
    "ti": lambda facts: facts.ti,
    "try_number": lambda facts: facts.instance.try_number,
    "var": lambda facts: Variables(),
}

#: Keys that a run without a logical date does not have.
DATED: dict[str, Callable[[Facts], Any]] = {
    "ds": lambda facts: moments.ds(facts.run.logical_date),
    "ds_nodash": lambda facts: moments.ds_nodash(facts.run.logical_date),
    "logical_date": lambda facts: facts.logical,
    "ts": lambda facts: moments.ts(facts.run.logical_date),
    "ts_nodash": lambda facts: moments.ts_nodash(facts.run.logical_date),
    "ts_nodash_with_tz": lambda facts: moments.ts_nodash_with_tz(facts.run.logical_date),
}

#: Keys that cost a look-up outside.
LOOKED_UP: dict[str, Callable[[Facts], Any]] = {
    "expanded_ti_count": lambda facts: _siblings(facts) if facts.instance.map_index >= 0 else None,
    "prev_data_interval_end_success": lambda facts: _of_last(facts, "data_interval_end"),
    "prev_data_interval_start_success": lambda facts: _of_last(facts, "data_interval_start"),
    "prev_end_date_success": lambda facts: _of_last(facts, "end_date"),
    "prev_execution_date_success": lambda facts: _of_last(facts, "logical_date"),
    "prev_start_date_success": lambda facts: _of_last(facts, "start_date"),
    "task_reschedule_count": lambda facts: facts.runtime.reschedules(),
    "triggering_asset_events": lambda facts: TriggeringEvents(facts.triggers, facts.runtime, by_uri=False),
    "triggering_dataset_events": lambda facts: TriggeringEvents(facts.triggers, facts.runtime, by_uri=True),
}

#: Keys of Airflow 1.10 and 2 that depend on the logical date.
OLD: dict[str, Callable[[Facts], Any]] = {
    "end_date": lambda facts: moments.ds(facts.run.logical_date),
    "execution_date": lambda facts: facts.logical,
    "latest_date": lambda facts: moments.ds(facts.run.logical_date),
    "next_ds": lambda facts: moments.ds(facts.neighbours[1]),
    "next_ds_nodash": lambda facts: moments.ds_nodash(facts.neighbours[1]),
    "next_execution_date": lambda facts: facts.neighbours[1],
    "prev_ds": lambda facts: moments.ds(facts.neighbours[0]),
    "prev_ds_nodash": lambda facts: moments.ds_nodash(facts.neighbours[0]),
    "prev_execution_date": lambda facts: facts.neighbours[0],
    "tomorrow_ds": lambda facts: moments.ds(facts.logical.add(days=1)),
    "tomorrow_ds_nodash": lambda facts: moments.ds_nodash(facts.logical.add(days=1)),
    "yesterday_ds": lambda facts: moments.ds(facts.logical.subtract(days=1)),
    "yesterday_ds_nodash": lambda facts: moments.ds_nodash(facts.logical.subtract(days=1)),
}

#: What to write instead of an old key.
INSTEAD: dict[str, str] = {
    "end_date": "ds",
    "execution_date": "logical_date",
    "latest_date": "ds",
    "next_ds": "{{ data_interval_end | ds }}",
    "next_ds_nodash": "{{ data_interval_end | ds_nodash }}",
    "next_execution_date": "data_interval_end",
    "prev_ds": "prev_data_interval_start_success or data_interval_start",
    "prev_ds_nodash": "prev_data_interval_start_success or data_interval_start",
    "prev_execution_date": "prev_data_interval_start_success or data_interval_start",
    "prev_execution_date_success": "prev_data_interval_start_success",
    "tomorrow_ds": "{{ macros.ds_add(ds, 1) }}",
    "tomorrow_ds_nodash": "{{ macros.ds_format(macros.ds_add(ds, 1), '%Y-%m-%d', '%Y%m%d') }}",
    "yesterday_ds": "{{ macros.ds_add(ds, -1) }}",
    "yesterday_ds_nodash": "{{ macros.ds_format(macros.ds_add(ds, -1), '%Y-%m-%d', '%Y%m%d') }}",
}

#: Keys that stay unevaluated when the context is spread into ``**kwargs``.
COSTLY = frozenset(LOOKED_UP) | {key for key in OLD if key.startswith(("next_", "prev_"))}

#: Keys that a run without a logical date lacks, and why.
NEEDS_DATE = frozenset(DATED) | frozenset(OLD)
NO_DATE = "this run has no logical date: assets started it; use dag_run.run_after, run_id or triggering_asset_events"

WITH_DATE = ALWAYS | DATED | LOOKED_UP | OLD
WITHOUT_DATE = ALWAYS | LOOKED_UP


def _siblings(facts: Facts) -> int:
    """How many instances the mapped task has in this run."""
    found = facts.runtime.run_instances(facts.run.dag_id, facts.run.run_id)
    return sum(one.task_id == facts.instance.task_id and one.map_index >= 0 for one in found)


def _of_last(facts: Facts, name: str) -> pendulum.DateTime | None:
    last = facts.last_success
    return None if last is None else to_pendulum(getattr(last, name))
