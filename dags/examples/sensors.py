"""Waiting for a file, a command, a function, a moment: in the worker's slot, or giving it back between two looks."""

from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import gettempdir

from airflow.sdk import DAG, PokeReturnValue, task
from airflow.sensors.bash import BashSensor
from airflow.sensors.date_time import DateTimeSensor
from airflow.sensors.filesystem import FileSensor
from airflow.sensors.python import PythonSensor
from airflow.sensors.time_delta import TimeDeltaSensor, TimeDeltaSensorAsync
from airflow.sensors.time_sensor import TimeSensor
from airflow.sensors.weekday import DayOfWeekSensor
from airflow.utils.weekday import WeekDay

# Of each run its own, so that two runs do not meet, of two clusters on one host either.
LETTER = f"{gettempdir()}/headway-example-{{{{ run_id }}}}.letter"

with DAG(
    "example_sensors",
    start_date=datetime(2024, 1, 1),
    schedule=None,
    default_args={"mode": "reschedule", "poke_interval": 0.5, "timeout": timedelta(minutes=2)},
    doc_md=__doc__,
    tags=["example"],
):

    @task
    def write_letter(path):
        Path(path).write_text("Dear reader")

    @task(trigger_rule="all_done")
    def burn_letter(path):
        Path(path).unlink()

    @task.sensor(mode="poke")
    def ready_to_write(ti):
        """What the value carries is the sensor's result."""
        return PokeReturnValue(is_done=True, xcom_value=f"try {ti.try_number}")

    letter = FileSensor(task_id="letter", filepath=LETTER)
    delivered = BashSensor(task_id="delivered", bash_command=f"test -s {LETTER}")
    third_look = PythonSensor(
        task_id="third_look",
        python_callable=lambda ti: (datetime.now(ti.start_date.tzinfo) - ti.dag_run.start_date).total_seconds() > 1.2,
    )
    a_moment = DateTimeSensor(task_id="a_moment", target_time="{{ data_interval_end + macros.timedelta(seconds=2) }}")
    after_the_interval = TimeDeltaSensor(task_id="after_the_interval", delta=timedelta(seconds=1))
    without_a_slot = TimeDeltaSensorAsync(task_id="without_a_slot", delta=timedelta(seconds=1))
    past_midnight = TimeSensor(task_id="past_midnight", target_time=time(0, 0))
    any_day = DayOfWeekSensor(task_id="any_day", week_day=set(WeekDay))
    never = PythonSensor(task_id="never", python_callable=lambda: False, timeout=1, soft_fail=True)

    ready_to_write() >> write_letter(LETTER) >> [letter, delivered] >> burn_letter(LETTER)
