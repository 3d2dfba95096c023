"""ObjectStoragePath."""

from __future__ import annotations

import pytest

from headway.authoring.object_path import ObjectStoragePath
from headway.authoring.xcom_codec import decode, encode
from headway.errors import HeadwayError


def test_names_and_joins_need_no_store():
    base = ObjectStoragePath("s3://aws_default@bucket/raw/")
    path = base / "day" / "a.csv"
    assert str(path) == "s3://aws_default@bucket/raw/day/a.csv"
    assert (path.protocol, path.conn_id, path.bucket, path.key) == ("s3", "aws_default", "bucket", "raw/day/a.csv")
    assert (path.name, path.stem, path.suffix) == ("a.csv", "a", ".csv")
    assert path.parent == base.joinpath("day")
    assert path.with_suffix(".json").name == "a.json"
    assert str(path.relative_to(base)) == "day/a.csv"
    assert ObjectStoragePath("s3://bucket/x", conn_id="c").as_url() == "s3://c@bucket/x"
    with pytest.raises(HeadwayError, match="is no file of this host"):
        open(path)  # noqa: PTH123, SIM115


def test_local_files(tmp_path):
    folder = ObjectStoragePath(f"file://{tmp_path}") / "in"
    assert (folder / "b.txt").write_text("two") == 3
    (folder / "a.txt").write_bytes(b"one")
    assert [one.name for one in folder.iterdir()] == ["a.txt", "b.txt"]
    assert [one.read_text() for one in folder.glob("*.txt")] == ["one", "two"]
    target = ObjectStoragePath(str(tmp_path)) / "out"
    folder.copy(dst=target, recursive=True)
    assert (folder / "b.txt").read_block(1, 1) == b"w"
    assert (folder / "b.txt").read_block(offset=0, length=None) == b"two"
    (folder / "a.txt").move(path=target / "c.txt")
    assert sorted(one.name for one in target.iterdir()) == ["a.txt", "b.txt", "c.txt"]
    assert not (folder / "a.txt").exists()
    assert target.is_dir()
    with (target / "c.txt").open() as file:
        assert file.read() == "one"
    (target / "c.txt").unlink()
    (target / "c.txt").unlink(missing_ok=True)
    target.rmdir(recursive=True)
    assert not target.exists()


def test_it_travels_between_tasks():
    path = ObjectStoragePath("gs://conn@bucket/x")
    assert decode(encode({"path": path})) == {"path": path}


def test_other_stores_by_fsspec(tmp_path):
    base = ObjectStoragePath("memory://bucket/raw")
    (base / "a.csv").write_text("1,2")
    (base / "deep" / "b.csv").write_text("3")
    assert [one.name for one in base.iterdir()] == ["a.csv", "deep"]
    assert [one.name for one in base.rglob("*.csv")] == ["a.csv", "b.csv"]
    assert (base / "a.csv").stat()["size"] == 3
    local = ObjectStoragePath(str(tmp_path)) / "copy.csv"
    (base / "a.csv").copy(dst=local)
    assert local.read_text() == "1,2"
    local.move(path=base / "moved.csv")
    assert not local.exists()
    with (base / "moved.csv").open("rb") as file:
        assert file.read() == b"1,2"
    base.rmdir(recursive=True)
    assert not base.exists()


def test_a_connection_gives_the_credentials(monkeypatch):
    from headway.authoring.connections import Connection
    from headway.hooks.object_stores import _options

    monkeypatch.setenv("AIRFLOW_CONN_STORE", "aws://key:secret@/?region_name=eu-west-1&endpoint_url=http%3A%2F%2Fx")
    connection = Connection.get("store")
    assert _options("s3", connection) == {
        "key": "key",
        "secret": "secret",
        "endpoint_url": "http://x",
        "client_kwargs": {"region_name": "eu-west-1"},
    }
    assert _options("abfs", connection)["region_name"] == "eu-west-1"
