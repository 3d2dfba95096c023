"""S3: a local file into a bucket, waiting for keys, a program over an object.

It works on the store of the connection `example_store`:
`headway connections set example_store --type aws --extra '{"endpoint_url": "http://localhost:9000"}'`
"""

from datetime import datetime
from pathlib import Path

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.amazon.aws.operators.s3 import (
    S3CreateBucketOperator,
    S3CreateObjectOperator,
    S3DeleteBucketOperator,
    S3FileTransformOperator,
    S3ListOperator,
)
from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor
from airflow.providers.amazon.aws.transfers.local_to_s3 import LocalFilesystemToS3Operator
from airflow.sdk import DAG, task

STORE, BUCKET = "example_store", "headway-example"

with DAG(
    "example_s3",
    start_date=datetime(2024, 1, 1),
    schedule=None,
    max_active_runs=1,
    default_args={"aws_conn_id": STORE},
    doc_md=__doc__,
    tags=["example"],
):
    create = S3CreateBucketOperator(task_id="create", bucket_name=BUCKET)
    write = S3CreateObjectOperator(
        task_id="write", s3_bucket=BUCKET, s3_key="in/words.txt", data="to be or not to be", replace=True
    )
    upload = LocalFilesystemToS3Operator(
        task_id="upload",
        filename=str(Path(__file__).parent / "scripts" / "films.sql"),
        dest_key=f"s3://{BUCKET}/in/films.sql",
        replace=True,
    )
    arrived = S3KeySensor(
        task_id="arrived", bucket_name=BUCKET, bucket_key="in/*.txt", wildcard_match=True, poke_interval=0.5
    )
    upper = S3FileTransformOperator(
        task_id="upper",
        source_s3_key=f"s3://{BUCKET}/in/words.txt",
        dest_s3_key=f"s3://{BUCKET}/out/words.txt",
        source_aws_conn_id=STORE,
        dest_aws_conn_id=STORE,
        transform_script="/bin/cp",
        replace=True,
    )
    listed = S3ListOperator(task_id="listed", bucket=BUCKET)
    delete = S3DeleteBucketOperator(task_id="delete", bucket_name=BUCKET, force_delete=True, trigger_rule="all_done")

    @task
    def read():
        return S3Hook(aws_conn_id=STORE).read_key("out/words.txt", BUCKET).upper()

    create >> [write, upload] >> arrived >> upper >> [listed, read()] >> delete
