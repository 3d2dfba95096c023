"""What people do in lists and forms: a DAG that asks for params of many kinds, one with a schedule that is due."""

from datetime import datetime, timedelta

from airflow.sdk import DAG, Param, task

with DAG(
    "asked",
    schedule=None,
    start_date=datetime(2026, 1, 1),
    tags=["forms"],
    params={
        "who": Param(type="string", minLength=2, title="Customer", description="Their **full** name. <b>no html</b>"),
        "count": Param(3, type="integer", minimum=1, maximum=100),
        "day": Param("2026-01-31", type="string", format="date"),
        "size": Param("small", enum=["small", "large"]),
        "lines": Param(["a", "b"], type="array", items={"type": "string"}),
        "options": Param({"deep": True}, type="object", required=["deep"]),
        "hurry": Param(False, type="boolean"),
        "kind": Param(const="order"),
    },
):

    @task
    def answer(params=None):
        return params

    answer()

with DAG(
    "overdue",
    schedule=timedelta(days=1),
    start_date=datetime(2026, 1, 1),
    end_date=datetime(2026, 1, 5),
    catchup=True,
    max_active_runs=1,
    is_paused_upon_creation=True,
    tags=["forms"],
):

    @task
    def nothing():
        return None

    nothing()
