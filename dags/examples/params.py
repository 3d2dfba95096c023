"""Params with JSON schemas: whoever triggers the DAG may change them, and a value that does not fit is refused."""

from datetime import datetime

from airflow.decorators import dag, task
from airflow.models.param import Param


@dag(
    dag_id="example_params",
    start_date=datetime(2024, 1, 1),
    schedule=None,
    tags=["example"],
    params={
        "count": Param(3, type="integer", minimum=1, maximum=100, description="How many lines to write"),
        "word": Param("line", enum=["line", "row"]),
        "day": Param("2024-01-31", type="string", format="date"),
        "note": Param(None, type=["null", "string"]),
        "who": Param(type="string", description="Without a default: must be given"),
    },
)
def example_params():
    """Write lines."""

    @task
    def write(params=None):
        return [f"{params['word']} {number} for {params['who']}" for number in range(params["count"])]

    @task.bash
    def show(lines):
        return f"echo {len(lines)} of {{{{ params.day }}}}"

    show(write())


example_params()
