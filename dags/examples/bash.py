"""Shell commands: templates and template files, the environment, exit codes that skip, what becomes of the output."""

import json
from datetime import datetime

from airflow.operators.bash import BashOperator
from airflow.sdk import DAG, task

with DAG("example_bash", start_date=datetime(2024, 1, 1), schedule=None, doc_md=__doc__, tags=["example"]):
    BashOperator(task_id="template", bash_command="echo {{ dag.dag_id }} {{ macros.ds_add('2024-01-31', 1) }}")
    BashOperator(task_id="file", bash_command="scripts/count.sh", params={"words": ["to", "be", "or"]})
    BashOperator(
        task_id="environment",
        bash_command='echo "${HOME:-homeless} $GREETING $AIRFLOW_CTX_DAG_ID"',
        env={"GREETING": "hello {{ ti.task_id }}"},
    )
    BashOperator(
        task_id="both_environments", bash_command='test -n "$PATH" -a "$X" = 1', env={"X": "1"}, append_env=True
    )
    BashOperator(task_id="parsed", bash_command="""echo '{"rows": 12}'""", output_processor=json.loads)
    BashOperator(task_id="nothing_to_do", bash_command="exit 99")
    BashOperator(task_id="nothing_either", bash_command="exit 7", skip_on_exit_code=[7, 8])
    BashOperator(task_id="where", bash_command="pwd", cwd="/tmp")

    @task.bash(env={"NAME": "{{ params.name }}"}, params={"name": "world"})
    def composed(times):
        return f'for n in $(seq {times}); do echo -n "hello $NAME "; done'

    composed(2)
