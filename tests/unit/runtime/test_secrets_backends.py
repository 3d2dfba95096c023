"""The order in which variables and connections are looked for, and what may stand in it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from headway import airflow
from headway.authoring import secrets_backends
from headway.authoring.connections import Connection, get_connection
from headway.authoring.exceptions import AirflowNotFoundException
from headway.authoring.local_runtime import LocalRuntime
from headway.authoring.runtime import use_store
from headway.authoring.secrets_backends import LocalFilesystemBackend
from headway.authoring.variables import Variable
from headway.errors import InvalidInput, SettingsError
from support.one_task import INSTANCE, RUN, Bench

USERS_OWN = '''
from airflow.models.connection import Connection
from airflow.secrets import BaseSecretsBackend
from airflow.utils.log.logging_mixin import LoggingMixin


class Vault(BaseSecretsBackend, LoggingMixin):
    """As people write it for Airflow 2 and 3."""

    def __init__(self, prefix="secret", **kwargs):
        super().__init__()
        self.prefix = prefix

    def get_conn_value(self, conn_id):
        path = self.build_path(self.prefix, conn_id)
        return {"secret/db": "postgres://ann:from-vault@h/s"}.get(path)

    def get_variable(self, key):
        if key == "broken":
            raise RuntimeError("the vault is sealed")
        return {"secret/bucket": "vaulted"}.get(self.build_path(self.prefix, key))


class Older(BaseSecretsBackend):
    def get_conn_uri(self, conn_id):
        return "mysql://old@h" if conn_id == "db" else None


class Whole(BaseSecretsBackend):
    def get_connection(self, conn_id):
        return Connection(conn_id=conn_id, conn_type="http", password="whole-pw") if conn_id == "db" else None
'''


@pytest.fixture
def store(bench: Bench) -> Iterator[LocalRuntime]:
    runtime = LocalRuntime(bench.world, RUN, INSTANCE)
    with use_store(runtime):
        yield runtime


@pytest.fixture(autouse=True)
def _unconfigured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    (tmp_path / "users_vaults.py").write_text(USERS_OWN)
    monkeypatch.syspath_prepend(str(tmp_path))
    airflow.install()
    yield
    secrets_backends.configure("", "")
    airflow.uninstall()


def test_a_backend_written_for_airflow_goes_first(store: LocalRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    store.world.variables.update(bucket="stored", other="stored")
    monkeypatch.setenv("AIRFLOW_VAR_BUCKET", "environment")
    monkeypatch.setenv("AIRFLOW_CONN_DB", "postgres://environment")
    assert Variable.get("bucket") == "environment"
    secrets_backends.configure("users_vaults.Vault", '{"prefix": "secret"}')
    assert Variable.get("bucket") == "vaulted"
    assert Variable.get("other") == "stored"
    assert Connection.get("db").password == "from-vault"
    assert "from-vault" in store.world.masked
    secrets_backends.configure("users_vaults.Vault", '{"prefix": "elsewhere"}')
    assert Variable.get("bucket") == "environment"


@pytest.mark.parametrize(("name", "conn_type"), [("Older", "mysql"), ("Whole", "http")])
def test_older_and_newer_ways_to_write_one(store: LocalRuntime, name: str, conn_type: str) -> None:
    secrets_backends.configure(f"users_vaults.{name}", "")
    assert get_connection("db").conn_type == conn_type
    assert Variable.get("x", default="none") == "none"
    with pytest.raises(AirflowNotFoundException):
        get_connection("other")


def test_a_backend_that_fails_is_passed_over(store: LocalRuntime, caplog: pytest.LogCaptureFixture) -> None:
    store.world.variables["broken"] = "stored"
    secrets_backends.configure("users_vaults.Vault", "{}")
    assert Variable.get("broken") == "stored"
    assert (
        "users_vaults.Vault could not be asked for variable 'broken' (RuntimeError: the vault is sealed)" in caplog.text
    )


@pytest.mark.parametrize(
    ("name", "arguments", "fault"),
    [
        ("nowhere.Vault", "", "cannot be imported: No module named 'nowhere'"),
        ("users_vaults.Nothing", "", "cannot be imported"),
        ("Vault", "", "cannot be imported"),
        ("users_vaults.Older", '{"colour": 1}', "cannot be made"),
        ("users_vaults.Older", "{not json", "cannot be made"),
    ],
)
def test_a_backend_that_cannot_be_made(store: LocalRuntime, name: str, arguments: str, fault: str) -> None:
    secrets_backends.configure(name, arguments)
    with pytest.raises(SettingsError, match=fault):
        Variable.get("x", default=1)


def test_local_files(store: LocalRuntime, tmp_path: Path) -> None:
    connections, variables = tmp_path / "connections.yaml", tmp_path / "variables.json"
    connections.write_text("db: postgres://ann:pw@h/s\napi:\n  conn_type: http\n  host: example.com\n  extra: {a: 1}\n")
    variables.write_text(json.dumps({"bucket": "films", "list": [1, 2]}))
    arguments = {"connections_file_path": str(connections), "variables_file_path": str(variables)}
    secrets_backends.configure("airflow.secrets.local_filesystem.LocalFilesystemBackend", json.dumps(arguments))
    assert get_connection("db").login == "ann"
    assert get_connection("api").extra_dejson == {"a": 1}
    assert (Variable.get("bucket"), Variable.get("list", deserialize_json=True)) == ("films", [1, 2])
    variables.write_text('{"bucket": "books"}')
    os.utime(variables, ns=(1, 1))
    assert Variable.get("bucket") == "books"
    assert Variable.get("list", default=None) is None


def test_a_local_file_in_env_form(tmp_path: Path) -> None:
    file = tmp_path / "connections.env"
    file.write_text("# mine\ndb=sqlite:///x\n")
    backend = LocalFilesystemBackend(connections_file_path=str(file))
    found = backend.get_connection("db")
    assert found is not None
    assert (found.conn_type, backend.get_variable("x")) == ("sqlite", None)


def test_both_names_in_the_environment(store: LocalRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_VAR_BUCKET", "airflow's")
    monkeypatch.setenv("HEADWAY_VAR_BUCKET", "ours")
    monkeypatch.setenv("HEADWAY_CONN_DB", "{broken")
    assert Variable.get("bucket") == "ours"
    with pytest.raises(InvalidInput, match="'db' is not JSON"):
        get_connection("db")
