"""A task chooses which of the tasks behind it run; where the ways meet again, a trigger rule lets the join run."""

from datetime import datetime

from airflow.sdk import DAG, Label, TaskGroup, task

with DAG(
    "example_branching",
    start_date=datetime(2024, 1, 1),
    schedule=None,
    params={"tonnes": 40},
    doc_md=__doc__,
    tags=["example"],
):

    @task.branch
    def choose_transport(params):
        """Return the id of a task, of a group, or a list of several."""
        if params["tonnes"] > 1000:
            return "ship"
        return ["train", "papers.customs"] if params["tonnes"] > 20 else "lorry"

    @task
    def ship():
        return "loaded"

    @task
    def train():
        return "loaded"

    @task
    def lorry():
        return "loaded"

    with TaskGroup("papers"):

        @task
        def customs():
            return "cleared"

        papers = customs()

    @task(trigger_rule="none_failed_min_one_success")
    def depart(ti):
        return [one for one in ti.xcom_pull(task_ids=["ship", "train", "lorry"]) if one]

    choice = choose_transport()
    vehicles = [ship(), train(), lorry()]
    choice >> Label("by weight") >> vehicles
    choice >> papers
    [*vehicles, papers] >> depart()
