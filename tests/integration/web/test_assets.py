"""Assets over HTTP: who makes and awaits them, their events, one made by hand, the graph of it all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headway.authoring.results import AssetUpdate
from headway.metastore.queries import assets, event_log
from support.stage import Stage
from support.structures import task
from support.webs import Served

ORDERS = {"name": "orders", "uri": "s3://shop/orders.csv", "group": "shop", "extra": {"owner": "a", "token": "t0k"}}
RATES = {"name": "rates", "uri": "http://bank/rates", "group": "asset", "extra": {}}


@pytest.fixture(scope="module")
def shop(web: Served) -> Stage:
    """``load`` makes orders, ``guess`` reports under an alias; ``report`` awaits orders and rates."""
    stage = Stage(web.conn)
    stage.dag(task("load", outlets=[ORDERS]), task("guess", outlets=[{"alias": {"name": "guesses"}}]))
    expression = {"all": [{"asset": ORDERS}, {"asset_ref": {"name": "rates"}}]}
    stage.dag(task("t"), dag_id="report", schedule={"kind": "assets", "expression": expression})
    stage.dag(task("t"), dag_id="any_guess", schedule={"kind": "assets", "expression": {"alias": {"name": "guesses"}}})
    assets.declare(web.conn, [ORDERS, RATES])
    assets.set_consumer(web.conn, "report", [("name", "orders"), ("name", "rates")])
    assets.set_consumer(web.conn, "any_guess", [("alias", "guesses")])
    stage.join_scheduler()
    stage.join_worker()
    stage.start()
    stage.run_task("load", outlets=(AssetUpdate(name="orders", uri=ORDERS["uri"], extra={"rows": 3, "secret": "x"}),))
    return stage


def listed(web: Served, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = web.as_("viewer").get("/assets", params=filters).json()["assets"]
    return found


def test_assets_with_producers_and_consumers(web: Served, shop: Stage) -> None:
    orders, rates = listed(web)
    assert orders["producers"] == [{"dag_id": "shop", "task_id": "load"}]
    assert orders["consumers"] == [{"dag_id": "report"}]
    assert orders["extra"] == {"owner": "a", "token": "***"}
    assert orders["last_event"] is not None
    assert (rates["producers"], rates["last_event"]) == ([], None)
    assert web.as_("viewer").get(f"/assets/{orders['id']}").json() == orders


def test_assets_are_found_by_name_uri_and_group_and_come_in_pages(web: Served, shop: Stage) -> None:
    assert [each["name"] for each in listed(web, q="BANK")] == ["rates"]
    assert [each["name"] for each in listed(web, group="shop")] == ["orders"]
    assert listed(web, q="%") == []
    first = web.as_("viewer").get("/assets", params={"limit": 1}).json()
    assert first["total_entries"] == 2
    assert [each["name"] for each in listed(web, limit=1, cursor=first["next_cursor"])] == ["rates"]


def test_an_event_says_what_made_it_and_hides_secrets(web: Served, shop: Stage) -> None:
    client = web.as_("viewer")
    (event,) = client.get("/assets/events", params={"source_dag_id": "shop"}).json()["asset_events"]
    assert (event["name"], event["source_task_id"], event["source_run_id"]) == ("orders", "load", "manual__1")
    assert event["extra"] == {"rows": 3, "secret": "***"}
    assert client.get("/assets/events", params={"source_task_id": "other"}).json()["asset_events"] == []
    assert client.get("/assets/events", params={"timestamp_gte": "2999-01-01T00:00:00Z"}).json()["asset_events"] == []
    of_asset = client.get(f"/assets/{event['asset_id']}/events").json()["asset_events"]
    assert event in of_asset


def test_what_a_dag_waits_for(web: Served, shop: Stage) -> None:
    client = web.as_("viewer")
    found = client.get("/dags/report/assets/waiting").json()
    assert {each["name"]: (each["arrived"], each["kind"]) for each in found["assets"]} == {
        "orders": (True, "asset"), "rates": (False, "asset"),
    }  # fmt: skip
    assert found["expression"]["all"][1] == {"asset_ref": {"name": "rates"}}
    assert client.get("/dags/shop/assets/waiting").json()["assets"] == []
    assert client.get("/dags/nothing/assets/waiting").status_code == 404


def test_an_event_made_by_hand_reaches_those_who_wait(web: Served, shop: Stage) -> None:
    operator = web.as_("operator")
    (rates,) = listed(web, q="rates")
    made = operator.post(f"/assets/{rates['id']}/events", json={"extra": {"rows": 1}})
    assert made.status_code == 201
    assert (made.json()["source_dag_id"], made.json()["extra"]) == (None, {"rows": 1})
    waiting = {each["name"]: each["events"] for each in
               operator.get("/dags/report/assets/waiting").json()["assets"]}  # fmt: skip
    assert waiting["rates"] == 1
    entry = event_log.page(web.conn, limit=1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("operator", "asset.event", "asset rates")
    assert operator.post("/assets/999999/events", json={}).status_code == 404
    assert operator.post(f"/assets/{rates['id']}/events", json={"extra": {"x": "y" * 70_000}}).status_code == 422
    assert operator.post(f"/assets/{rates['id']}/events", json={"extra": [1]}).status_code == 422
    deep = {"deep": json.loads("[" * 200 + "]" * 200)}
    assert operator.post(f"/assets/{rates['id']}/events", json={"extra": deep}).status_code == 422


def test_an_asset_is_made_by_its_dag(web: Served, shop: Stage) -> None:
    operator = web.as_("operator")
    orders, rates = listed(web)
    made = operator.post(f"/assets/{orders['id']}/materialize")
    assert (made.status_code, made.json()["dag_id"]) == (201, "shop")
    nobody = operator.post(f"/assets/{rates['id']}/materialize")
    assert (nobody.status_code, nobody.json()["detail"]) == (
        409,
        "no task has the asset 'rates' among its outlets",
    )


def test_the_graph(web: Served, shop: Stage) -> None:
    graph = web.as_("viewer").get("/assets/graph").json()
    assert {each["id"] for each in graph["nodes"]} == {
        "asset:orders", "asset:rates", "alias:guesses", "dag:shop", "dag:report", "dag:any_guess",
    }  # fmt: skip
    edges = {(each["source"], each["target"], each["kind"], tuple(each["task_ids"])) for each in graph["edges"]}
    assert edges == {
        ("dag:shop", "asset:orders", "produces", ("load",)),
        ("dag:shop", "alias:guesses", "produces", ("guess",)),
        ("asset:orders", "dag:report", "triggers", ()),
        ("asset:rates", "dag:report", "triggers", ()),
        ("alias:guesses", "dag:any_guess", "triggers", ()),
    }


@pytest.mark.parametrize("path", ["/assets/0", "/assets/x", "/assets/99999999999999999999"])
def test_a_number_that_no_asset_has(web: Served, path: str) -> None:
    assert web.as_("viewer").get(path).status_code == 422
