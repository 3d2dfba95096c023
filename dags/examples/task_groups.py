"""Groups of tasks: nested, with defaults of their own, made by a function, one after the other."""

from datetime import datetime

from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.sdk import DAG, TaskGroup, task, task_group

with DAG("example_task_groups", start_date=datetime(2024, 1, 1), schedule=None, doc_md=__doc__, tags=["example"]):
    with TaskGroup("fetch", tooltip="Three sources side by side") as fetch:
        for city in ("brno", "graz", "lviv"):
            BashOperator(task_id=city, bash_command=f"echo {len(city)}")

    with TaskGroup("check", default_args={"retries": 2, "queue": "default"}, prefix_group_id=False) as check:
        with TaskGroup("deep") as deep:
            EmptyOperator(task_id="depth")
        width = EmptyOperator(task_id="width", retries=0)
        deep >> width

    @task_group(default_args={"owner": "kitchen"})
    def dish(name, spice="salt"):
        """The docstring is the group's tooltip."""

        @task
        def cook(name):
            return f"{name} with {spice}"

        @task
        def serve(dish):
            return dish.upper()

        return serve(cook(name))

    fetch >> check
    first = dish("soup")
    second = dish("rice", spice="saffron")  # a second group of the same name gets a number
    check >> [first, second]

    @task
    def taste(dishes):
        return dishes

    taste([first, second])
