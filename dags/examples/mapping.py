"""Mapped tasks: one task in the file, as many in a run as there are elements in a list that only a run knows."""

from datetime import datetime

from airflow.exceptions import AirflowSkipException
from airflow.operators.bash import BashOperator
from airflow.sdk import DAG, get_current_context, task

with DAG("example_mapping", start_date=datetime(2024, 1, 1), schedule=None, doc_md=__doc__, tags=["example"]):

    @task
    def boxes():
        """The elements: in real life, files in a bucket or rows of a table."""
        return ["apples", "pears", "stones", "plums"]

    @task
    def prices():
        return {"apples": 3, "plums": 5}

    @task(map_index_template="{{ label }}")
    def weigh(box, *, scale):
        """Runs once for each box. What returns None leaves nothing for those that are mapped over it."""
        get_current_context()["label"] = f"{box} on the {scale} scale"
        return None if box == "stones" else {"box": box, "kilos": len(box)}

    @task
    def pack(load):
        return f"{load['kilos']} kg of {load['box']}"

    @task
    def ship(packets):
        """Behind a mapped task all of its results come as a sequence, in the order of the elements."""
        return list(packets)

    found = boxes()
    loads = weigh.partial(scale="big").expand(box=found)
    packets = pack.expand(load=loads)
    ship(packets)

    def only_known(box):
        """A function for ``map`` runs in the task that uses its result; it may skip that one."""
        if box == "stones":
            raise AirflowSkipException("nobody buys stones")
        return box.upper()

    @task
    def advertise(box, colour):
        return f"{colour} {box}"

    advertise.expand(box=found.map(only_known), colour=["red", "blue"])

    @task
    def price(tag):
        (name, amount), box = tag
        return f"{name} {amount}, next to {box}"

    price.expand(tag=prices().zip(found))

    BashOperator.partial(task_id="label", env={"SHOP": "corner shop"}, append_env=True).expand(
        bash_command=["echo $SHOP {{ ds_nodash | length }}", "echo $SHOP {{ ti.map_index }}"]
    )

    @task
    def nothing():
        return []

    @task
    def never(element):
        return element

    @task(trigger_rule="none_failed")
    def after_all(elements):
        return len(elements)

    after_all(never.expand(element=nothing()))
