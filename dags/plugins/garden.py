"""A plugin: an operator, a macro, a timetable, a weight rule and a listener for every DAG of this project."""

from datetime import timedelta

from airflow.listeners import hookimpl
from airflow.models import BaseOperator
from airflow.plugins_manager import AirflowPlugin
from airflow.task.priority_strategy import PriorityWeightStrategy
from airflow.timetables.base import DagRunInfo, Timetable


class WaterOperator(BaseOperator):
    """Waters one bed."""

    template_fields = ("bed",)

    def __init__(self, *, bed, litres=5, **kwargs):
        super().__init__(**kwargs)
        self.bed = bed
        self.litres = litres

    def execute(self, context):
        """Say what was done."""
        return f"{self.litres} litres for the {self.bed}"


def plural(word):
    """`{{ macros.garden.plural("rose") }}` is `roses`."""
    return f"{word}s"


class SaturdaysTimetable(Timetable):
    """Each Saturday, about the week before it."""

    def next_dagrun_info(self, *, last_automated_data_interval, restriction):
        """The week after the last one; without catchup the one that has just ended."""
        if last_automated_data_interval is not None:
            start = last_automated_data_interval.end
        elif restriction.earliest is None:
            return None
        else:
            start = restriction.earliest + timedelta(days=(5 - restriction.earliest.weekday()) % 7)
        end = start + timedelta(days=7)
        if restriction.latest is not None and end > restriction.latest:
            return None
        return DagRunInfo.interval(start, end)


class OldestFirst(PriorityWeightStrategy):
    """What has been tried more often goes later."""

    def get_weight(self, ti):
        """A weight for one task instance."""
        return max(10 - ti.try_number, 1)


@hookimpl
def heard(previous_state, task_instance):
    """Write a line to the log of a task of the garden; those of other DAGs are heard of, too."""
    if task_instance.dag_id == "example_plugins":
        print(f"garden: {task_instance.task_id} went from {previous_state} to {task_instance.state}")


class GardenListener:
    """Hears of tasks of every DAG; it runs where the task runs."""

    on_task_instance_success = staticmethod(heard)


class GardenPlugin(AirflowPlugin):
    """What this file brings."""

    name = "garden"
    operators = [WaterOperator]
    macros = [plural]
    timetables = [SaturdaysTimetable]
    priority_weight_strategies = [OldestFirst]
    listeners = [GardenListener()]
