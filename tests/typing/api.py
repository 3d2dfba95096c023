"""A DAG author's code against Headway's public API: `make lint` type-checks it, nothing runs it.

What is wrong on purpose carries the error that mypy must find there; an ignore that is not needed fails too.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, assert_type

from headway import (
    DAG,
    Asset,
    AssetAlias,
    AssetOrTimeSchedule,
    BaseNotifier,
    BaseOperator,
    CronTriggerTimetable,
    Label,
    Metadata,
    Param,
    TaskGroup,
    TriggerRule,
    XComArg,
    asset,
    chain,
    cross_downstream,
    dag,
    get_current_context,
    task,
    task_group,
)
from headway.hooks.base import BaseHook
from headway.operators.bash import BashOperator
from headway.operators.empty import EmptyOperator
from headway.operators.python import BranchPythonOperator, PythonOperator, ShortCircuitOperator


class Upload(BaseOperator):
    """An operator of the author's own."""

    template_fields = ("path",)

    def __init__(self, *, path: str, **common: Any) -> None:
        super().__init__(**common)
        self.path = path

    def execute(self, context: Any) -> int:
        """Return the number of bytes."""
        self.log.info("%s of %s", self.path, context["ds"])
        return len(self.path)


def choose(count: int) -> str:
    """Say which task follows."""
    return "big" if count > 10 else "small"


with DAG(
    "classic",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    schedule="@daily",
    catchup=False,
    params={"limit": Param(3, type="integer")},
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1)},
    tags=["typed"],
) as classic:
    assert_type(classic, DAG)
    begin = EmptyOperator(task_id="begin")
    extract = BashOperator(task_id="extract", bash_command="echo {{ ds }}", queue="high_cpu")
    count = PythonOperator(task_id="count", python_callable=len, op_args=["abc"])
    branch = BranchPythonOperator(task_id="branch", python_callable=choose, op_args=[3])
    stop = ShortCircuitOperator(task_id="stop", python_callable=lambda: True)
    upload = Upload(task_id="upload", path="{{ ds }}.csv", outlets=[Asset("s3://bucket/films")])
    assert_type(upload.output, XComArg)
    with TaskGroup("ends") as ends:
        EmptyOperator(task_id="end", trigger_rule=TriggerRule.ALL_DONE)

    begin >> [extract, count] >> branch
    branch >> Label("enough") >> stop
    stop << count
    chain(stop, upload, ends)
    cross_downstream([extract, count], [upload])


@task
def read(limit: int = 3) -> list[int]:
    """Return numbers."""
    context = get_current_context()
    assert context["ds"]
    return list(range(limit))


@task(retries=2, queue="high_cpu")
def total(numbers: list[int]) -> int:
    """Add them."""
    return sum(numbers)


@task.branch
def decide() -> str:
    """Say which task follows."""
    return "total"


@task.short_circuit
def enough() -> bool:
    """Say whether to go on."""
    return True


@task.bash
def hello() -> str:
    """Return a command."""
    return "echo hello"


@task_group
def both(numbers: Any) -> None:
    """Hold two tasks."""
    total(numbers)
    hello()


@dag(
    schedule=CronTriggerTimetable("0 6 * * 1-5", timezone="Europe/Prague"), start_date=datetime(2026, 1, 1, tzinfo=UTC)
)
def modern() -> None:
    """Hold tasks made of functions."""
    numbers = read()
    decide() >> enough() >> numbers
    both(numbers)
    assert_type(total.expand(numbers=numbers), XComArg)
    mapped = BashOperator.partial(task_id="mapped", queue="high_cpu").expand(bash_command=["date", "uptime"])
    mapped >> both.override(group_id="each").expand(numbers=numbers.map(str).zip(numbers, fillvalue=None))
    read.partial(limit=1).expand_kwargs([{}])


modern()


def connect() -> str:
    """Return a host that a connection names."""
    connection = BaseHook.get_connection("warehouse")
    return connection.host or "localhost"


BashOperator(task_id="missing")  # type: ignore[call-arg]
PythonOperator(task_id="wrong", python_callable="read")  # type: ignore[arg-type]
DAG(dag_id=7)  # type: ignore[arg-type]


class Diary(BaseNotifier):
    """A notifier of the author's own."""

    template_fields = ("line",)

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line

    def notify(self, context: Any) -> None:
        """Tell."""


orders = Asset("s3://shop/orders.csv")


@asset(schedule=orders & AssetAlias("more"), uri="s3://shop/clean.csv", on_failure_callback=[Diary("{{ run_id }}")])
def clean(self: Asset, orders: Asset) -> Any:
    """An asset that is made of another one."""
    yield Metadata(self, {"from": orders.uri})


assert_type(clean, Asset)
DAG("report", schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("0 6 * * *", timezone="UTC"), assets=[clean]))
