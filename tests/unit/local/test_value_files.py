"""Files of connections, variables and pools in every form that Airflow's exports have had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headway.authoring.value_files import PoolEntry, VariableEntry, read_connections, read_pools, read_variables
from headway.errors import InvalidInput

URI = "postgres://ann:pa%2Fss@db.example.com:5432/shop?sslmode=require"
FIELDS = {
    "conn_type": "postgres", "description": "", "login": "ann", "password": "pa/ss", "host": "db.example.com",
    "port": 5432, "schema": "shop", "extra": '{"sslmode": "require"}',
}  # fmt: skip


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.json", json.dumps({"db": FIELDS})),
        ("c.json", json.dumps({"db": {**FIELDS, "extra": {"sslmode": "require"}}})),
        ("c.json", json.dumps({"db": {**FIELDS, "extra": "", "extra_dejson": {"sslmode": "require"}}})),
        ("c.json", json.dumps({"db": [FIELDS]})),
        ("c.json", json.dumps({"db": URI})),
        ("c.json", json.dumps({"db": {"conn_uri": URI}})),
        ("c.yaml", f"db:\n  conn_uri: {URI}\n"),
        ("c.yml", "db:\n" + "".join(f"  {name}: {json.dumps(value)}\n" for name, value in FIELDS.items())),
        ("c.env", f"db={URI}\n"),
        ("c.env", f"db={json.dumps(FIELDS)}\n"),
        ("compose.env", f"# of compose\nexport AIRFLOW_CONN_DB='{URI}'\nPOSTGRES_USER=x\nAIRFLOW_VAR_A=1\n"),
        ("exported", json.dumps({"db": FIELDS})),
    ],
)
def test_connections(tmp_path: Path, name: str, text: str) -> None:
    found = read_connections(write(tmp_path, name, text))
    assert list(found) == ["db"]
    fields = found["db"].as_dict()
    assert {name: fields[name] for name in ("conn_type", "login", "password", "host", "port", "schema")} == {
        name: FIELDS[name] for name in ("conn_type", "login", "password", "host", "port", "schema")
    }
    assert found["db"].extra_dejson == {"sslmode": "require"}


def test_variables(tmp_path: Path) -> None:
    given = {
        "text": "a b", "number": 5, "map": {"a": [1]}, "told": {"value": "x", "description": "why"},
        "own": {"value": 1, "other": 2},
    }  # fmt: skip
    assert read_variables(write(tmp_path, "v.json", json.dumps(given))) == {
        "text": VariableEntry("a b"),
        "number": VariableEntry("5"),
        "map": VariableEntry('{"a": [1]}'),
        "told": VariableEntry("x", "why"),
        "own": VariableEntry('{"value": 1, "other": 2}'),
    }
    assert read_variables(write(tmp_path, "v.env", 'AIRFLOW_VAR_BUCKET="s3://x=y"\nHOME=/\n')) == {
        "bucket": VariableEntry("s3://x=y")
    }


def test_pools(tmp_path: Path) -> None:
    given = {"db": {"slots": 3, "description": "d", "include_deferred": True}, "open": {"slots": "-1"}}
    assert read_pools(write(tmp_path, "p.json", json.dumps(given))) == {"db": PoolEntry(3, "d"), "open": PoolEntry(-1)}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("c.json", "{", "is not JSON"),
        ("c.json", "[]", "expected an object with each connection by its name, got list"),
        ("c.json", '{"db": 5}', "connection 'db': it is neither a URI"),
        ("c.json", '{"db": "secret-without-scheme"}', "connection 'db': the URI of connection 'db' has no scheme"),
        ("c.yaml", "a: [", "is not YAML at line 1"),
        ("c.env", "no equals sign", "c.env:1: expected NAME=VALUE"),
        ("c.env", 'db={"conn_type": ', "it begins like JSON"),
    ],
)
def test_faults_name_file_and_entry_and_no_value(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read_connections(write(tmp_path, name, text))
    assert message in str(raised.value)
    assert name in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no file"):
        read_pools(tmp_path / "none.json")
