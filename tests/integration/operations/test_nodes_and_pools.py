"""Draining, joining, waking, and the audit of pools."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from headway.broker.bus import STOPS, open_bus
from headway.crypto import Vault
from headway.errors import BrokerUnavailable, Conflict, InvalidInput, NotFound
from headway.messages import Wake, decode_event
from headway.operations import nodes, pools
from headway.operations.wake import hint_stops, wake_schedulers
from headway.settings import Settings, load_settings
from support.stage import Stage


def test_drain_is_audited_and_needs_a_live_node(stage: Stage) -> None:
    stage.join_worker()
    assert nodes.drain(stage.conn, "worker-1", actor="ann") == [stage.worker]
    assert stage.value("SELECT state FROM node") == "draining"
    with pytest.raises(NotFound) as caught:
        nodes.drain(stage.conn, "worker-2", actor="ann")
    assert caught.value.remedy == "did you mean 'worker-1'?"
    assert stage.audit() == [("node.drain", "node worker-1")]


def test_a_host_is_alive_while_one_of_its_nodes_holds_its_lease(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.join_worker()
    hostname = stage.value("SELECT hostname FROM node")
    monkeypatch.setattr(nodes, "this_host", lambda: hostname)
    assert [str(node.id) for node in nodes.live_here(stage.conn)] == [stage.worker]
    stage.conn.execute("UPDATE node SET lease_until = now() - interval '1 second'")
    with pytest.raises(NotFound, match="holds a lease"):
        nodes.live_here(stage.conn)


def test_a_join_file_is_private_and_is_all_that_settings_need(settings: Settings, vault: Vault, tmp_path: Path) -> None:
    here = load_settings(
        metastore={"url": "postgresql://u:p%40ss@127.0.0.1:5432/db"}, broker={"url": "valkey://:word@localhost:6379/2"}
    )
    file = tmp_path / "join.toml"
    made = nodes.write_join_file(here, vault, file, host="hub.example.com")
    assert file.stat().st_mode & 0o777 == 0o600
    assert tomllib.loads(file.read_text()) == {
        "metastore": {"url": "postgresql://u:p%40ss@hub.example.com:5432/db"},
        "broker": {"url": "redis://:word@hub.example.com:6379/2"},
        "security": {"key": vault.keys[0]},
    }
    assert made.loopback == []
    assert (made.metastore, made.key_fingerprint) == ("hub.example.com:5432/db", vault.fingerprint)
    with pytest.raises(Conflict, match="exists already"):
        nodes.write_join_file(here, vault, file)
    assert nodes.write_join_file(here, vault, file, overwrite=True).loopback == ["metastore", "broker"]


def test_a_join_file_that_cannot_be_written(settings: Settings, vault: Vault, tmp_path: Path) -> None:
    here = load_settings(metastore={"url": "postgresql://h/db"}, broker={"url": "redis://h"})
    with pytest.raises(InvalidInput, match="cannot be written"):
        nodes.write_join_file(here, vault, tmp_path / "missing" / "join.toml")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://localhost/0", "redis://hub/0"),
        ("redis://:p@[::1]:6379/0", "redis://:p@hub:6379/0"),
        ("redis://db.example.com:6379/0", "redis://db.example.com:6379/0"),
    ],
)
def test_only_loopback_addresses_are_replaced(url: str, expected: str) -> None:
    assert nodes.reachable_url(url, "hub") == expected


def test_every_live_scheduler_is_woken_and_workers_hear_of_stops(stage: Stage, valkey_url: str) -> None:
    stage.join_scheduler()
    settings = load_settings(broker={"url": valkey_url})
    bus, listener = open_bus(settings), open_bus(settings)
    listener.listen(STOPS, 0.01)
    assert wake_schedulers(stage.conn, bus, "trigger") == 1
    assert [decode_event(data) for data in bus.events(stage.scheduler, 5)] == [Wake("trigger")]
    hint_stops(bus)
    assert listener.listen(STOPS, 5) != []
    bus.close()
    listener.close()


def test_a_broker_that_is_away_is_said(stage: Stage) -> None:
    stage.join_scheduler()
    bus = open_bus(load_settings(broker={"url": "redis://127.0.0.1:1/0"}))
    with pytest.raises(BrokerUnavailable):
        wake_schedulers(stage.conn, bus, "trigger")


def test_pools_are_audited_only_when_they_change(stage: Stage) -> None:
    pools.set_pool(stage.conn, "db", 4, description="four connections", actor="ann")
    with pytest.raises(InvalidInput):
        pools.set_pool(stage.conn, "db", -2, actor="ann")
    with pytest.raises(NotFound):
        pools.delete_pool(stage.conn, "nothing", actor="ann")
    pools.delete_pool(stage.conn, "db", actor="ann")
    assert stage.audit() == [("pool.set", "pool db"), ("pool.delete", "pool db")]
