"""What people operate: DAGs with past dates to be filled, one that is late, one that waits for a moment far away,
one with runs to be changed."""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.sensors.date_time import DateTimeSensorAsync
from airflow.sdk import DAG, task
from airflow.sdk.definitions.deadline import AsyncCallback, DeadlineAlert, DeadlineReference

FIRST, LAST = datetime(2025, 1, 1), datetime(2025, 1, 9)

with DAG("filled", schedule="0 0 * * *", start_date=FIRST, end_date=LAST, catchup=False):

    @task
    def fill():
        return 1

    fill()

with DAG("held_dates", schedule="0 0 * * *", start_date=FIRST, end_date=LAST, is_paused_upon_creation=True):

    @task
    def never():
        return 1

    never()

with DAG("ledger", schedule=None, start_date=FIRST, is_paused_upon_creation=True):

    @task
    def book():
        return 1

    book()


def tell():
    print("a run is late")


LONG_AGO = DeadlineAlert(
    reference=DeadlineReference.FIXED_DATETIME(datetime(2025, 1, 1, tzinfo=UTC)),
    interval=timedelta(hours=1),
    callback=AsyncCallback(tell),
)

with DAG("late", schedule=None, start_date=FIRST, deadline=LONG_AGO):

    @task
    def come_late():
        return 1

    come_late()

with DAG("patient", schedule=None, start_date=FIRST):
    DateTimeSensorAsync(task_id="wait_long", target_time="2126-01-01T00:00:00+00:00")
