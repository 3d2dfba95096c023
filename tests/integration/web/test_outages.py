"""The metastore goes and comes back; more requests come at once than there are connections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from headway.settings import MetastoreSettings, Settings
from headway_web.means import CONNECTIONS
from support.proxy import Proxy
from support.waiting import wait_for
from support.webs import Served, serve, serve_another


@pytest.fixture
def proxy(web_settings: Settings) -> Iterator[Proxy]:
    proxy = Proxy(web_settings.metastore.url.get_secret_value())
    yield proxy
    proxy.take_away()


def with_metastore(settings: Settings, **metastore: Any) -> Settings:
    return settings.model_copy(update={"metastore": MetastoreSettings(**metastore)})


def test_an_outage_is_told_and_ends_by_itself(web: Served, proxy: Proxy) -> None:
    with serve(with_metastore(web.settings, url=proxy.url, connect_timeout=2)) as served:
        client = served.as_("viewer")
        assert client.get("/roles").status_code == 200
        proxy.take_away()
        refused = client.get("/roles")
        assert (refused.status_code, refused.json()["detail"]) == (503, "the metastore does not answer")
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 503
        health = client.get("/health").json()
        assert (health["status"], health["metastore"]["status"]) == ("unhealthy", "unhealthy")
        proxy.bring_back()
        wait_for(lambda: client.get("/roles").status_code == 200, 60, "an answer")
        assert client.get("/health/ready").status_code == 200


def test_more_requests_than_connections_wait_their_turn(web: Served) -> None:
    """A request that waits for a connection must not take the thread that another one needs to give its own back."""
    patient = with_metastore(web.settings, url=web.settings.metastore.url, connect_timeout=60)
    with serve_another(patient) as served, ThreadPoolExecutor(4 * CONNECTIONS) as many:
        client = served.as_("viewer", limits=httpx.Limits(max_connections=4 * CONNECTIONS))
        answers = Counter(many.map(lambda _: client.get("/pools").status_code, range(8 * CONNECTIONS)))
    assert answers == {200: 8 * CONNECTIONS}
