from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.authoring.connections import Connection, Connections
from headway.authoring.exceptions import AirflowNotFoundException
from headway.authoring.local_runtime import LocalRuntime
from headway.authoring.runtime import use_store
from headway.errors import InvalidInput
from headway.hooks.base import BaseHook
from support.one_task import INSTANCE, RUN, Bench

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20)
HOST = st.from_regex(r"[a-z][a-z0-9.-]{0,20}[a-z0-9]", fullmatch=True) | st.just("2001:db8::1")


@pytest.fixture
def store(bench: Bench) -> LocalRuntime:
    return LocalRuntime(bench.world, RUN, INSTANCE)


@given(
    fields=st.fixed_dictionaries(
        {"conn_type": st.sampled_from(["postgres", "google_cloud", "http"])},
        optional={
            "host": HOST,
            "login": TEXT,
            "password": TEXT,
            "schema": TEXT,
            "port": st.integers(1, 65535),
            "extra": st.dictionaries(TEXT, TEXT | st.integers() | st.booleans(), min_size=1),
        },
    )
)
def test_a_connection_survives_its_uri(fields: dict[str, object]) -> None:
    given_one = Connection("c", **fields)  # type: ignore[arg-type]
    back = Connection("c", uri=given_one.get_uri())
    for name in ("conn_type", "host", "login", "password", "schema", "port", "extra_dejson"):
        assert getattr(back, name) == getattr(given_one, name), name


def test_a_uri_as_people_write_it() -> None:
    found = Connection("db", uri="postgresql://ann:p%40ss@db.example:5433/films?sslmode=require")
    assert (found.conn_type, found.login, found.password) == ("postgres", "ann", "p@ss")
    assert (found.host, found.port, found.schema) == ("db.example", 5433, "films")
    assert found.extra_dejson == {"sslmode": "require"}


def test_a_host_with_its_own_protocol() -> None:
    found = Connection("api", uri="http://https://ann:pw@api.example:8443/v1?endpoint=http://other")
    assert (found.host, found.port, found.login, found.schema) == ("https://api.example", 8443, "ann", "v1")
    assert Connection("api", uri=found.get_uri()).as_dict() == found.as_dict()


def test_base_hook_and_masking(store: LocalRuntime) -> None:
    store.world.connections["db"] = {
        "conn_type": "postgres", "host": "h", "login": "ann", "password": "pw", "port": "5432",
        "extra": {
            "aws_secret_access_key": "key", "region": "eu",
            "headers": [{"Authorization": "Bearer b", "Accept": "*/*"}], "credentials": {"user": "u"},
        },
    }  # fmt: skip
    with use_store(store):
        found = BaseHook.get_connection("db")
        assert Connection.get("db").host == "h"
    assert (found.conn_id, found.port, found.extra_dejson["region"]) == ("db", 5432, "eu")
    assert store.world.masked == {"pw", "key", "Bearer b", "u"}
    assert "pw" not in repr(found)


def test_a_missing_connection_says_how_to_make_it(store: LocalRuntime) -> None:
    with use_store(store), pytest.raises(AirflowNotFoundException) as caught:
        BaseHook.get_connection("db")
    assert "there is no connection 'db'" in caught.value.message
    assert "AIRFLOW_CONN_DB" in caught.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        "postgres://ann:pw@h:5432/s",
        '{"conn_type": "postgres", "login": "ann", "password": "pw", "host": "h", "port": 5432, "schema": "s"}',
    ],
)
def test_the_environment_goes_first(store: LocalRuntime, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    store.world.connections["my_db"] = {"conn_type": "other"}
    monkeypatch.setenv("AIRFLOW_CONN_MY_DB", text)
    with use_store(store):
        found = BaseHook.get_connection("my_db")
    assert (found.conn_type, found.login, found.host, found.port, found.schema) == ("postgres", "ann", "h", 5432, "s")
    assert "pw" in store.world.masked


def test_template_accessor(store: LocalRuntime) -> None:
    store.world.connections["db"] = {"conn_type": "postgres", "login": "ann"}
    conn = Connections()
    with use_store(store):
        assert conn.db.login == "ann"
        assert conn.get("no", {"login": "x"}) == {"login": "x"}


def test_faults_in_fields() -> None:
    with pytest.raises(InvalidInput, match="no scheme"):
        Connection("db", uri="ann@host")
    with pytest.raises(InvalidInput, match="expected a port number, got 'x'"):
        Connection("db", port="x")
    assert Connection("db", extra="not json").extra_dejson == {}


def test_json_forms() -> None:
    made = Connection("db", "postgres", host="h", password="pw", port=5432, extra={"a": {"b": 1}})
    assert json.loads(made.as_json()) == {
        "conn_type": "postgres", "host": "h", "password": "pw", "port": 5432, "extra": {"a": {"b": 1}},
    }  # fmt: skip
    assert Connection.from_json(made.as_json(), "db").as_dict() == made.as_dict()
    assert (made.is_encrypted, made.is_extra_encrypted) == (True, True)
    assert not Connection("db", "postgres").is_encrypted
    for text in ("[]", "{"):
        with pytest.raises(InvalidInput):
            Connection.from_json(text, "db")
