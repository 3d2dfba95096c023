"""Functions in another Python: in a virtual environment made for the task, or an interpreter that is there already."""

import sys
from datetime import datetime

from airflow.operators.python import BranchExternalPythonOperator, PythonVirtualenvOperator, is_venv_installed
from airflow.sdk import DAG, task


def choose():
    return "isolated" if True else "kept"


def in_a_venv(numbers, *, ds):
    import sys

    print(f"running in {sys.prefix}")
    return {"sum": sum(numbers), "day": ds, "args": virtualenv_string_args}  # noqa: F821  (set there)


with DAG("example_other_pythons", start_date=datetime(2024, 1, 1), schedule=None, doc_md=__doc__, tags=["example"]):
    branch = BranchExternalPythonOperator(task_id="choose", python=sys.executable, python_callable=choose)

    if is_venv_installed():
        isolated = PythonVirtualenvOperator(
            task_id="isolated",
            python_callable=in_a_venv,
            op_args=[[1, 2, 3]],
            string_args=["{{ x }} is not rendered"],
            system_site_packages=False,  # requirements=["polars==1.*"] would install packages here
        )

        @task.virtualenv(venv_cache_path="/tmp/headway-example-venvs")
        def kept():
            return "the second time is quicker"

        branch >> [isolated, kept()]

    @task.external_python(python=sys.executable, multiple_outputs=True)
    def outside(when):
        from datetime import timedelta
        from decimal import Decimal

        return {"later": when + timedelta(days=1), "price": Decimal("9.90")}

    @task
    def receive(later, price):
        return later.isoformat(), str(price)

    found = outside(datetime(2024, 1, 1))
    receive(found["later"], found["price"])
