"""Assets: one DAG brings two tables up to date, others run when both are, when either is, or by an alias.

Trigger `asset_orders` to see the rest follow.
"""

from datetime import datetime

from airflow.sdk import DAG, Asset, AssetAlias, Metadata, asset, task

customers = Asset(name="customers", uri="s3://shop/customers.csv", group="shop")
reports = AssetAlias("reports")


@asset(uri="s3://shop/orders.csv", group="shop", schedule=None, start_date=datetime(2024, 1, 1))
def asset_orders(self):
    """Bring one asset up to date; what it yields is kept with the event."""
    yield Metadata(self, {"rows": 3})


with DAG("asset_customers", schedule=asset_orders, start_date=datetime(2024, 1, 1), tags=["assets"]):

    @task(inlets=[asset_orders], outlets=[customers])
    def load(*, inlet_events, outlet_events):
        """Read what was said of the orders, say more of the customers."""
        rows = inlet_events[asset_orders][-1].extra["rows"]
        outlet_events[customers].extra = {"customers": rows - 1}

    load()


with DAG("asset_report", schedule=[asset_orders, customers], start_date=datetime(2024, 1, 1), tags=["assets"]):

    @task(outlets=[reports])
    def write(*, triggering_asset_events, outlet_events):
        """Runs when both were updated; which report it writes is known only now."""
        events = {one.name: found[-1].extra for one, found in triggering_asset_events.items()}
        outlet_events[reports].add(Asset("s3://shop/report.html"), extra=events)

    write()


with DAG("asset_mail", schedule=reports | Asset.ref(name="urgent"), start_date=datetime(2024, 1, 1), tags=["assets"]):

    @task
    def send(*, triggering_asset_events):
        """Runs when any report was written."""
        (event,) = triggering_asset_events[reports]
        print(f"{event.uri} of {event.source_dag_run.run_id}: {event.extra}")
        return event.extra

    send()
