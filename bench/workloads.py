"""The workloads: the shape of each, for both sides."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    """``dags`` DAGs of ``length`` tasks each, side by side (``chain`` False) or one after the other.

    ``fib`` makes each task compute that Fibonacci number by recursion; 0 makes it do nothing. ``mapped`` tasks are
    the instances of one: a task before them returns the list, one behind them adds up what they return.
    """

    name: str
    length: int
    chain: bool
    dags: int = 1
    fib: int = 0
    mapped: bool = False

    @property
    def tasks(self) -> int:
        """Tasks in all."""
        return self.dags * self.length


WORKLOADS = (
    Workload("wide_500", 500, chain=False),
    Workload("wide_5000", 5000, chain=False),
    Workload("chain_50", 50, chain=True),
    Workload("fib10x40", 40, chain=True, fib=10),
    Workload("fib33x10", 10, chain=True, fib=33),
    Workload("many_200x5", 5, chain=True, dags=200),
    Workload("wide_20000", 20000, chain=False),
    Workload("mapped_10000", 10000, chain=False, mapped=True),
)


def fibonacci(number: int) -> int:
    """By recursion, to burn processor time."""
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)


def dag_file(workload: Workload) -> str:
    """A DAG file in Airflow's style for Headway."""
    if workload.mapped:
        return _MAPPED_FILE.format(name=workload.name, length=workload.length, dags=workload.dags)
    return _DAG_FILE.format(
        name=workload.name, length=workload.length, chain=workload.chain, dags=workload.dags, fib=workload.fib
    )


_DAG_FILE = """
from datetime import datetime
from airflow import DAG
from airflow.operators.python import PythonOperator


def fibonacci(number):
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)


def work():
    if {fib}:
        fibonacci({fib})


for copy in range({dags}):
    dag_id = f"{name}_{{copy}}"
    with DAG(dag_id, start_date=datetime(2024, 1, 1), schedule=None, max_active_tasks=100_000) as dag:
        before = None
        for number in range({length}):
            here = PythonOperator(task_id=f"t{{number}}", python_callable=work, do_xcom_push=False)
            if {chain} and before is not None:
                before >> here
            before = here
    globals()[dag_id] = dag
"""

_MAPPED_FILE = """
from airflow.sdk import DAG, task


@task
def source():
    return list(range({length}))


@task(show_return_value_in_logs=False)  # the plain tasks log nothing either
def item(number):
    return number


@task
def total(numbers):
    assert sum(numbers) == sum(range({length}))


for copy in range({dags}):
    dag_id = f"{name}_{{copy}}"
    with DAG(dag_id, max_active_tasks=100_000) as dag:
        total(item.expand(number=source()))
    globals()[dag_id] = dag
"""
