"""What the browser tests look at: groups, branches, mapped tasks, setup and teardown, assets, values of all kinds."""

from datetime import datetime

from airflow.sdk import DAG, Asset, Label, TaskGroup, task

HOSTILE = "<script>alert(1)</script>"
ORDERS = Asset("orders", uri="s3://shop/orders.csv")

with DAG(
    "shop",
    schedule=None,
    start_date=datetime(2026, 1, 1),
    tags=["shop", "<b>bold</b>"],
    doc_md="# Shop\n" + HOSTILE,
):

    @task
    def open_shop():
        return 1

    @task(outlets=[ORDERS])
    def read_orders():
        print("\x1b[31mred\x1b[0m <img src=x onerror=alert(1)>")
        return {"rows": [1, 2, 3], "html": HOSTILE, "nested": {"deep": {"deeper": None}}}

    @task
    def price(row):
        return row * 10

    @task.branch
    def choose():
        return "pay.card"

    @task
    def card():
        return "card"

    @task
    def cash():
        return "cash"

    @task(trigger_rule="all_done")
    def close_shop():
        return None

    orders = read_orders()
    prices = price.expand(row=[1, 2, 3])
    with TaskGroup("pay", tooltip="How people pay") as pay:
        chosen = choose()
        chosen >> Label("with card") >> card()
        chosen >> Label("in cash") >> cash()
    opened = open_shop().as_setup()
    closed = close_shop().as_teardown(setups=opened)
    opened >> orders >> prices >> pay >> closed

with DAG("shop_report", schedule=[ORDERS], start_date=datetime(2026, 1, 1), tags=["shop"]):

    @task
    def report():
        return "done"

    report()
