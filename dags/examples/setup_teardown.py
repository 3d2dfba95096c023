"""What is set up is torn down, also after a failure; the run fails with its work, not with its teardown."""

from datetime import datetime

from airflow.operators.bash import BashOperator
from airflow.sdk import DAG, setup, task, task_group, teardown

with DAG("example_setup_teardown", start_date=datetime(2024, 1, 1), schedule=None, doc_md=__doc__, tags=["example"]):

    @setup
    def rent_hall():
        return "the hall"

    @teardown
    def return_key(hall):
        raise RuntimeError(f"nobody at {hall} took the key")

    @task
    def dance(hall):
        return f"danced in {hall}"

    hall = rent_hall()
    with return_key(hall).as_teardown(setups=hall):
        dance(hall)

    @task_group
    def kitchen():
        light = BashOperator(task_id="light", bash_command="echo lit").as_setup()
        burn = BashOperator(task_id="cook", bash_command="echo burnt; exit 99")
        clean = BashOperator(task_id="clean", bash_command="echo clean")
        light >> burn >> clean.as_teardown(setups=light)

    # Teardowns do not hold up what follows a group, and do not decide about it.
    hall >> kitchen() >> BashOperator(task_id="eat_out", bash_command="echo pizza", trigger_rule="all_done")

with DAG("example_teardown_decides", start_date=datetime(2024, 1, 1), schedule=None, tags=["example"]):
    work = BashOperator(task_id="work", bash_command="true")
    work >> BashOperator(task_id="must_work", bash_command="false").as_teardown(on_failure_fail_dagrun=True)
