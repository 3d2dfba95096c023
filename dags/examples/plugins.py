"""What `plugins/garden.py` brings, used: by its module, by Airflow 1.10's path, and in templates."""

from datetime import datetime

from airflow import DAG
from airflow.models import Variable
from airflow.operators.garden import WaterOperator
from airflow.operators.python import PythonOperator
from airflow.sdk import BaseNotifier
from garden import OldestFirst, SaturdaysTimetable


class Diary(BaseNotifier):
    """A notifier: its templates are rendered for the task that it tells of."""

    template_fields = ("line",)

    def __init__(self, line):
        super().__init__()
        self.line = line

    def notify(self, context):
        """Keep the line."""
        Variable.set("garden_diary", self.line)


with DAG(
    "example_plugins",
    schedule=SaturdaysTimetable(),
    start_date=datetime(2024, 1, 1),
    catchup=False,
    is_paused_upon_creation=False,
) as dag:
    water = WaterOperator(
        task_id="water",
        bed="{{ macros.garden.plural('rose') }}",
        weight_rule=OldestFirst(),
        on_success_callback=[Diary("{{ task.task_id }} is done")],
    )
    week = PythonOperator(
        task_id="week",
        python_callable=lambda data_interval_start, data_interval_end: (data_interval_end - data_interval_start).days,
    )
    water >> week
