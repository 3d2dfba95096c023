"""Params and their JSON schemas."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

import headway
from headway import Param
from headway.authoring.param_schema import example, faults, in_order, problem, told
from headway.errors import DagFileError


@pytest.mark.parametrize(
    ("value", "schema", "text"),
    [
        (5, {"type": "integer", "minimum": 1}, ""),
        (0, {"type": "integer", "minimum": 1}, "0 is less than the minimum of 1"),
        ("5", {"type": "integer"}, "expected a whole number, got '5'"),
        (5, {"type": ["null", "string"]}, "expected null or a text, got 5"),
        ("c", {"enum": ["a", "b"]}, "'c' is not one of ['a', 'b']"),
        (None, {"type": ["null", "string"]}, ""),
        ("2024-01-31", {"type": "string", "format": "date"}, ""),
        ("2024-02-31", {"type": "string", "format": "date"}, "expected a date (YYYY-MM-DD), got '2024-02-31'"),
        ("2024-01-31T10:00:00+00:00", {"type": "string", "format": "date-time"}, ""),
        ("noon", {"type": "string", "format": "time"}, "expected a time (HH:MM:SS), got 'noon'"),
        ("noon", {"type": "string", "format": "date-time"}, "expected a date and time (ISO 8601), got 'noon'"),
        ("nope", {"type": "string", "format": "email"}, "expected an e-mail address, got 'nope'"),
        ("::1", {"type": "string", "format": "ipv4"}, "'::1' is not a 'ipv4'"),
        (
            {"a": [1, "x"]},
            {"properties": {"a": {"items": {"type": "number"}}}},
            "expected a number, got 'x' (at ['a'][1])",
        ),
        (1, {}, ""),
        (1, {"type": "sring"}, "its schema is no JSON schema"),
    ],
)
def test_a_value_is_held_against_its_schema(value, schema, text):
    assert problem(value, schema).startswith(text)
    assert bool(problem(value, schema)) is bool(text)


@pytest.mark.parametrize(
    ("param", "value"),
    [
        ({"schema": {"type": "integer"}}, 1),
        ({"schema": {"type": "string", "format": "date"}}, "2026-01-31"),
        ({"schema": {"type": "array", "items": {"type": "integer"}}}, [1]),
        ({"schema": {"enum": ["eu", "us"]}}, "eu"),
        ({"schema": {"type": "integer", "minimum": 7, "examples": [9]}}, 9),
        ({"schema": {"type": "integer"}, "value": 5}, 5),
        ({"schema": {"type": "integer", "minimum": 7}}, "…"),
    ],
)
def test_an_example_fits_its_schema_where_one_is_known(param, value):
    assert example(param) == value


def test_what_a_run_must_be_given():
    params = {"n": {"schema": {"type": "integer"}, "value": 1}, "must": {"schema": {"type": "string"}}}
    assert faults(params, {"must": "x"}) == {}
    assert faults(params, {}) == {"must": "has no default and must be given"}
    assert faults(params, {"must": "x", "n": "y"}) == {"n": "expected a whole number, got 'y'"}
    assert told({"a": "is odd", "b": "is even"}) == "param 'a': is odd; param 'b': is even"


@pytest.mark.parametrize(
    ("param", "text"),
    [(Param(0, type="integer", minimum=1), "less than the minimum"), (Param(type="string"), "must be given")],
)
def test_defaults_of_a_scheduled_dag_must_fit_and_those_of_another_may_wait(param, text):
    assert headway.DAG("d", schedule=None, params={"x": param}).validate() is None
    with pytest.raises(DagFileError, match=f"DAG 'd': param 'x'.*{text}") as error:
        headway.DAG("d", schedule="@daily", params={"x": param}).validate()
    assert "schedule=None" in error.value.remedy


def test_a_param_that_is_resolved_is_checked():
    assert Param(1, type="integer").resolve(2) == 2
    with pytest.raises(ValueError, match="expected a whole number, got 'x'"):
        Param(1, type="integer").resolve("x")
    assert Param(1, type="integer").resolve("x", suppress_exception=True) == "x"


def test_a_schema_that_refers_to_itself_or_elsewhere_is_a_fault_and_nothing_is_fetched() -> None:
    class Schema(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

    asked: list[str] = []
    with HTTPServer(("127.0.0.1", 0), Schema) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/schema"
        assert problem(1, {"$ref": address}) == f"its schema refers to {address!r}, which is not part of it"
        server.shutdown()
    assert asked == []
    assert problem(1, {"$ref": "#"}) == "its schema refers to itself without end"


def test_the_schemas_library_is_imported_for_schemas_alone():
    import subprocess
    import sys

    code = "import sys, headway; headway.DAG('d', schedule='@daily', params={'a': 1}).validate()"
    subprocess.run([sys.executable, "-c", f"{code}; assert 'jsonschema' not in sys.modules"], check=True, timeout=60)


def test_params_keep_the_order_in_which_they_are_written_down():
    described = headway.DAG("d", params={"zone": 1, "a": 2, "middle": 3}).params.describe()
    as_jsonb = {name: described[name] for name in sorted(described, key=lambda name: (len(name), name))}
    assert list(in_order(as_jsonb)) == ["zone", "a", "middle"]
    assert list(in_order({"b": {"schema": {}}, "a": {"schema": {}}})) == ["b", "a"]
