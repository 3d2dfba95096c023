"""The workloads: the shape of each, for both sides."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    """``dags`` DAGs of ``length`` tasks each, side by side (``chain`` False) or one after the other.

    ``fib`` makes each task compute that Fibonacci number by recursion; 0 makes it do nothing.
    """

    name: str
    length: int
    chain: bool
    dags: int = 1
    fib: int = 0

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
)


def fibonacci(number: int) -> int:
    """By recursion, to burn processor time."""
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)


def dag_file(workload: Workload) -> str:
    """A DAG file in Airflow's style for Headway."""
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
