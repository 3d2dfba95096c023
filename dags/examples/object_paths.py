"""ObjectStoragePath: the same code for local files and for object stores."""

import getpass
import tempfile
from datetime import datetime

from airflow.sdk import ObjectStoragePath, dag, task

# In production: ObjectStoragePath("s3://my_connection@bucket/reports")
BASE = ObjectStoragePath(f"file://{tempfile.gettempdir()}/headway-examples-of-{getpass.getuser()}")


@dag(dag_id="example_object_paths", start_date=datetime(2024, 1, 1), schedule=None, tags=["example"])
def example_object_paths():
    """Write a file, hand its path on, read it, and clean up."""

    @task
    def write(run_id=None) -> ObjectStoragePath:
        path = BASE / run_id.replace(":", "-") / "numbers.csv"
        path.write_text("1,2,3\n")
        return path

    @task
    def add_up(path: ObjectStoragePath) -> int:
        with path.open() as file:
            return sum(int(number) for number in file.read().split(","))

    @task(trigger_rule="all_done")
    def clean_up(path: ObjectStoragePath):
        path.parent.rmdir(recursive=True)

    path = write()
    add_up(path) >> clean_up(path)


example_object_paths()
