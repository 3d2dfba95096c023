"""HTTP: wait for a server, call it, follow its pages, refuse an answer.

It calls the server of the connection `example_api`, which has `/films?page=N` and `/health`:
`headway connections set example_api --type http --host localhost --port 8080`
"""

from datetime import datetime

from airflow.models import Connection
from airflow.providers.http.hooks.http import HttpHook
from airflow.providers.http.operators.http import HttpOperator, SimpleHttpOperator
from airflow.providers.http.sensors.http import HttpSensor
from airflow.sdk import DAG, task


def next_page(response):
    """What the next request changes; None after the last page."""
    page = response.json()["next"]
    return {"data": {"page": page}} if page else None


with DAG(
    "example_http",
    start_date=datetime(2024, 1, 1),
    schedule=None,
    default_args={"http_conn_id": "example_api"},
    doc_md=__doc__,
    tags=["example"],
):
    healthy = HttpSensor(
        task_id="healthy",
        endpoint="health",
        mode="reschedule",
        poke_interval=0.2,
        response_check=lambda response: response.json()["ready"],
    )
    first = SimpleHttpOperator(
        task_id="first",
        method="GET",
        endpoint="films",
        data={"page": 1},
        headers={"X-Run": "{{ run_id }}"},
        response_filter=lambda response: response.json()["films"],
        log_response=True,
    )
    every = HttpOperator(
        task_id="every",
        method="GET",
        endpoint="films",
        data={"page": 1},
        pagination_function=next_page,
        response_filter=lambda responses: [film for one in responses for film in one.json()["films"]],
    )
    refused = HttpOperator(
        task_id="refused", method="GET", endpoint="films", response_check=lambda response: response.status_code == 418
    )
    missing = HttpOperator(task_id="missing", method="GET", endpoint="films/none")

    @task
    def with_a_hook():
        answer = HttpHook(method="GET", http_conn_id="example_api").run("films", data={"page": 2})
        return f"{answer.status_code} from {Connection.get('example_api').host}"

    healthy >> [first, every, refused, missing, with_a_hook()]
