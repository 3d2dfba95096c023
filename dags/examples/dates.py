"""Branches by the calendar: days of the week, and windows of time that may span midnight."""

from datetime import datetime, time

from airflow.operators.datetime import BranchDateTimeOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.weekday import BranchDayOfWeekOperator
from airflow.sdk import DAG
from airflow.utils.weekday import WeekDay


def two_ways(name):
    """The tasks of both ways, and the arguments that name them."""
    yes, no = EmptyOperator(task_id=f"{name}_yes"), EmptyOperator(task_id=f"{name}_no")
    return [yes, no], {"follow_task_ids_if_true": yes.task_id, "follow_task_ids_if_false": no.task_id}


with DAG("example_dates", start_date=datetime(2024, 1, 1), schedule=None, doc_md=__doc__, tags=["example"]):
    ways, arguments = two_ways("day")
    BranchDayOfWeekOperator(task_id="is_a_day", week_day=set(WeekDay), **arguments) >> ways

    ways, arguments = two_ways("century")
    (
        BranchDateTimeOperator(
            task_id="is_this_century",
            target_lower=datetime(2001, 1, 1),
            target_upper=datetime(2101, 1, 1),
            use_task_logical_date=True,
            **arguments,
        )
        >> ways
    )

    # From six in the evening, over midnight, up to six again: always.
    ways, arguments = two_ways("night")
    (
        BranchDateTimeOperator(
            task_id="is_around_the_clock", target_lower=time(18, 0), target_upper=time(17, 59, 59, 999999), **arguments
        )
        >> ways
    )
