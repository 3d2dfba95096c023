"""Functions as tasks: several outputs, context by name, conditions, coroutines, one function under two names."""

from datetime import datetime
from functools import partial
from typing import TypedDict

from airflow.decorators import dag, task
from airflow.operators.python import PythonOperator, get_current_context


class Harvest(TypedDict):
    kind: str
    kilos: int


class Scale:
    """Anything that can be called will do for a PythonOperator."""

    def __init__(self, unit):
        self.unit = unit

    def __call__(self, kilos, ds):
        return f"{ds}: {kilos} {self.unit}"


def times(factor, number):
    return factor * number


def before_noon(context):
    return context["logical_date"].hour < 0, "it is never before hour 0"


@dag(start_date=datetime(2024, 1, 1), schedule=None, tags=["example"], doc_md=__doc__)
def example_taskflow():
    @task
    def pick() -> Harvest:
        return {"kind": "apples", "kilos": 20}

    @task(multiple_outputs=True)
    def split(kilos, *, parts=2):
        return {f"part_{number}": kilos / parts for number in range(parts)}

    @task
    async def press(kilos, ti=None, **context):
        return {"litres": kilos * 0.6, "task": ti.task_id, "run": context["run_id"] == ti.run_id}

    @task
    def label(kind):
        context = get_current_context()
        return f"{kind}, {context['task'].task_id}"

    @task.run_if(before_noon)
    @task
    def breakfast():
        return "never served"

    @task.skip_if(lambda context: context["params"]["sell"] is False, "not for sale")
    @task(params={"sell": False})
    def sell():
        return "never sold"

    harvest = pick()
    parts = split(harvest["kilos"])
    press(parts["part_0"])
    press.override(task_id="second_press", retries=1)(parts["part_1"])
    label(harvest["kind"])
    breakfast()
    sell()
    PythonOperator(task_id="weigh", python_callable=Scale("kg"), op_args=[harvest["kilos"]])
    PythonOperator(task_id="double", python_callable=partial(times, 2), op_kwargs={"number": harvest["kilos"]})


example_taskflow()
