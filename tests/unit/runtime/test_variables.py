from __future__ import annotations

import threading

import pytest

from headway.authoring.exceptions import OutsideTaskError
from headway.authoring.local_runtime import LocalRuntime
from headway.authoring.runtime import use_runtime, use_store
from headway.authoring.variables import Variable, Variables
from headway.errors import InvalidInput
from support.one_task import INSTANCE, RUN, Bench


@pytest.fixture
def store(bench: Bench) -> LocalRuntime:
    return LocalRuntime(bench.world, RUN, INSTANCE)


def test_get_with_and_without_json(store: LocalRuntime) -> None:
    store.world.variables |= {"bucket": "s3://x", "limits": '{"rows": 5}'}
    with use_runtime(store):
        assert Variable.get("bucket") == "s3://x"
        assert Variable.get("limits", deserialize_json=True) == {"rows": 5}


def test_defaults_of_both_names_and_a_none(store: LocalRuntime) -> None:
    with use_store(store):
        assert Variable.get("no", "positional") == "positional"
        assert Variable.get("no", default_var=None) is None
        assert Variable.get("no", default=3) == 3


def test_a_missing_variable_is_a_key_error_that_says_how_to_make_it(store: LocalRuntime) -> None:
    with use_store(store), pytest.raises(KeyError) as caught:
        Variable.get("bucket")
    assert "there is no variable 'bucket'" in str(caught.value)
    assert "headway variables set bucket" in str(caught.value)


def test_bad_json_is_named(store: LocalRuntime) -> None:
    store.world.variables["limits"] = "{rows"
    with use_store(store), pytest.raises(InvalidInput, match="'limits' was asked for as JSON"):
        Variable.get("limits", deserialize_json=True)


def test_set_update_setdefault_delete(store: LocalRuntime) -> None:
    with use_runtime(store):
        Variable.set("a", {"x": 1}, serialize_json=True)
        assert Variable.get("a", deserialize_json=True) == {"x": 1}
        assert Variable.setdefault("a", {}, deserialize_json=True) == {"x": 1}
        assert Variable.setdefault("b", "new") == "new"
        Variable.update("b", 5)
        assert Variable.get("b") == "5"
        with pytest.raises(KeyError):
            Variable.update("c", 1)
        assert (Variable.delete("a"), Variable.delete("a")) == (1, 0)


def test_the_environment_goes_first(store: LocalRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    store.world.variables["bucket"] = "metastore"
    monkeypatch.setenv("AIRFLOW_VAR_BUCKET", "environment")
    with use_store(store):
        assert Variable.get("bucket") == "environment"


def test_values_with_telling_names_are_masked(store: LocalRuntime) -> None:
    store.world.variables |= {"api_key": "s3cr3t", "city": "Brno", "db": '{"host": "h", "password": "deep"}'}
    with use_store(store):
        Variable.get("api_key")
        Variable.get("city")
        Variable.get("db")
        Variable.set("db_password", "pw")
    assert store.world.masked == {"s3cr3t", "pw", "deep"}


def test_accessors_of_templates(store: LocalRuntime) -> None:
    store.world.variables |= {"bucket": "x", "limits": '{"rows": 5}'}
    var = Variables()
    with use_store(store):
        assert var.value.bucket == "x"
        assert var.value["bucket"] == "x"
        assert var.json.limits["rows"] == 5
        assert var.value.get("a.b", "fallback") == "fallback"
        assert var.json.get("no", default={}) == {}


def test_outside_a_task_the_error_says_where_to_call() -> None:
    with pytest.raises(OutsideTaskError, match="neither runs a task nor loads a DAG file"):
        Variable.get("bucket")


def test_threads_that_a_task_starts_reach_the_store(store: LocalRuntime) -> None:
    store.world.variables["bucket"] = "x"
    found = []
    with use_runtime(store):
        thread = threading.Thread(target=lambda: found.append(Variable.get("bucket")))
        thread.start()
        thread.join(60)
    assert found == ["x"]
