"""S3 hook, operators, transfers and sensors against a server that speaks S3's protocol."""

from __future__ import annotations

import gzip
import os
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from headway.authoring.exceptions import AirflowException, AirflowNotFoundException
from headway.authoring.local_runtime import LocalRuntime
from headway.authoring.operator import BaseOperator
from headway.authoring.runtime import use_store
from headway.hooks.aws import AwsBaseHook
from headway.hooks.s3 import S3Hook
from headway.hooks.sqlite import SqliteHook
from headway.operators.s3 import (
    S3CopyObjectOperator,
    S3CreateBucketOperator,
    S3CreateObjectOperator,
    S3DeleteBucketOperator,
    S3DeleteObjectsOperator,
    S3FileTransformOperator,
    S3ListOperator,
    S3ListPrefixesOperator,
)
from headway.operators.s3_transfers import LocalFilesystemToS3Operator, S3ToSqlOperator, SqlToS3Operator
from headway.sensors.s3 import S3KeySensor, S3KeysUnchangedSensor, S3PrefixSensor
from headway.states import Outcome
from support.one_task import INSTANCE, RUN, Bench, shop


@pytest.fixture
def hook(bucket: str) -> S3Hook:
    hook = S3Hook()
    for key in ("in/a.csv", "in/b.csv", "in/old/c.csv", "readme.txt"):
        hook.load_string(f"content of {key}", key, bucket)
    return hook


def done(bench: Bench, kind: type[BaseOperator], **arguments: Any) -> Any:
    """The XCom of a task that must succeed; None when it left none."""
    with shop():
        task = kind(task_id="t", **arguments)
    result = bench.run(task)
    assert result.outcome is Outcome.SUCCESS, result.error
    return bench.xcom("t") if result.xcoms else None


def test_objects_are_found_and_read(hook: S3Hook, bucket: str) -> None:
    assert hook.check_for_bucket(bucket)
    assert not hook.check_for_bucket("no-such-bucket")
    assert hook.check_for_key("in/a.csv", bucket)
    assert hook.check_for_key(f"s3://{bucket}/in/a.csv")
    assert not hook.check_for_key("in/z.csv", bucket)
    assert hook.read_key(f"s3://{bucket}/in/a.csv") == hook.read_key("in/a.csv", bucket) == "content of in/a.csv"
    assert hook.get_key("readme.txt", bucket).content_length == 21
    with pytest.raises(AirflowNotFoundException, match=r"no object s3://.*/nothing"):
        hook.read_key("nothing", bucket)


def test_listing(hook: S3Hook, bucket: str) -> None:
    assert hook.list_keys(bucket) == ["in/a.csv", "in/b.csv", "in/old/c.csv", "readme.txt"]
    assert hook.list_keys(bucket, "in/", "/") == ["in/a.csv", "in/b.csv"]
    assert hook.list_keys(bucket, "in/?.csv", apply_wildcard=True) == ["in/a.csv", "in/b.csv"]
    assert hook.list_keys(bucket, page_size=1, max_items=2) == ["in/a.csv", "in/b.csv"]
    assert hook.list_keys(bucket, start_after_key="in/b.csv") == ["in/old/c.csv", "readme.txt"]
    assert hook.list_keys(bucket, from_datetime=datetime.now(UTC) + timedelta(days=1)) == []
    assert hook.list_prefixes(bucket, "in/", "/") == ["in/old/"]
    assert hook.check_for_prefix("in/old", "/", bucket)
    assert not hook.check_for_prefix("in/o", "/", bucket)
    assert hook.get_wildcard_key(f"s3://{bucket}/in/*b*").key == "in/b.csv"
    assert not hook.check_for_wildcard_key("in/*.json", bucket)


def test_uploads(hook: S3Hook, bucket: str, tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("from a file")
    hook.load_file(file, "x", bucket)
    with pytest.raises(ValueError, match="already"):
        hook.load_file(file, "x", bucket)
    hook.load_file(file, f"s3://{bucket}/packed", gzip=True)
    hook.load_bytes(b"bytes", "x", bucket, replace=True)
    hook.load_string("text", "zip", bucket, compression="gzip")
    assert hook.read_key("x", bucket) == "bytes"
    assert gzip.decompress(Path(hook.download_file("packed", bucket, str(tmp_path))).read_bytes()) == b"from a file"
    kept = hook.download_file("in/old/c.csv", bucket, str(tmp_path), preserve_file_name=True)
    assert (Path(kept).name, Path(kept).read_text()) == ("c.csv", "content of in/old/c.csv")


def test_copy_delete_and_links(hook: S3Hook, bucket: str) -> None:
    hook.copy_object("readme.txt", f"s3://{bucket}/copy.txt", source_bucket_name=bucket)
    assert hook.read_key("copy.txt", bucket) == "content of readme.txt"
    hook.delete_objects(bucket, ["copy.txt", "in/a.csv"])
    hook.delete_objects(bucket, "in/b.csv")
    assert hook.list_keys(bucket) == ["in/old/c.csv", "readme.txt"]
    url = hook.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "readme.txt"})
    assert urllib.request.urlopen(str(url)).read() == b"content of readme.txt"


def test_the_connections_bucket(hook: S3Hook, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = os.environ["AIRFLOW_CONN_AWS_DEFAULT"].replace("@/", f"@/{bucket}")
    monkeypatch.setenv("AIRFLOW_CONN_WITH_BUCKET", uri)
    own = S3Hook("with_bucket")
    assert own.list_prefixes(delimiter="/") == ["in/"]
    assert own.check_for_key("readme.txt")
    own.load_string("x", "new")
    assert own.read_key("new") == "x"
    with pytest.raises(AirflowException, match="no bucket is named"):
        hook.load_string("x", "new")


def test_addresses() -> None:
    assert S3Hook.parse_s3_url("s3://bucket/a/b?c#d") == ("bucket", "a/b?c#d")
    assert S3Hook.parse_s3_url("https://bucket.s3.eu-west-1.amazonaws.com/a/b") == ("bucket", "a/b")
    assert S3Hook.parse_s3_url("https://s3.eu-west-1.amazonaws.com/bucket/a/b") == ("bucket", "a/b")
    assert S3Hook.get_s3_bucket_key("bucket", "a") == ("bucket", "a")
    with pytest.raises(AirflowException, match="like s3://bucket/key"):
        S3Hook.parse_s3_url("a/b")
    with pytest.raises(TypeError, match="no address"):
        S3Hook.get_s3_bucket_key("bucket", "s3://bucket/a")


def test_credentials_and_services(bucket: str, bench: Bench) -> None:
    hook = AwsBaseHook(client_type="sts")
    found = hook.get_credentials()
    assert (found.access_key, found.secret_key, hook.region_name) == ("key", "secret", "eu-central-1")
    works, told = hook.test_connection()
    assert works, told
    with use_store(LocalRuntime(bench.world, RUN, INSTANCE)):
        assert AwsBaseHook("nothing_of_the_kind", client_type="s3").connection.login is None


def test_operators(hook: S3Hook, bucket: str, bench: Bench) -> None:
    done(bench, S3CreateObjectOperator, s3_bucket=bucket, s3_key="made/{{ ds }}", data="on {{ ds }}")
    assert hook.read_key("made/2026-03-01", bucket) == "on 2026-03-01"
    done(bench, S3CreateObjectOperator, s3_key=f"s3://{bucket}/made/raw", data=b"\x00")
    done(
        bench, S3CopyObjectOperator, source_bucket_key=f"s3://{bucket}/made/raw", dest_bucket_key=f"s3://{bucket}/raw2"
    )
    assert done(bench, S3ListOperator, bucket=bucket, prefix="made/") == ["made/2026-03-01", "made/raw"]
    assert done(bench, S3ListPrefixesOperator, bucket=bucket, prefix="", delimiter="/") == ["in/", "made/"]
    done(bench, S3DeleteObjectsOperator, bucket=bucket, prefix="in/")
    done(bench, S3DeleteObjectsOperator, bucket=bucket, keys=["raw2"])
    assert hook.list_keys(bucket) == ["made/2026-03-01", "made/raw", "readme.txt"]
    other = f"{bucket}-2"
    for _ in range(2):
        done(bench, S3CreateBucketOperator, bucket_name=other)
    hook.load_string("x", "y", other)
    for _ in range(2):
        done(bench, S3DeleteBucketOperator, bucket_name=other, force_delete=True)
    assert not hook.check_for_bucket(other)


def test_a_program_transforms_an_object(hook: S3Hook, bucket: str, bench: Bench, tmp_path: Path) -> None:
    script = tmp_path / "upper.sh"
    script.write_text('#!/bin/sh\necho transforming\ntr a-z A-Z < "$1" > "$2"\necho "$3" >> "$2"\n')
    script.chmod(0o755)
    given: dict[str, Any] = {"source_s3_key": f"s3://{bucket}/readme.txt", "dest_s3_key": f"s3://{bucket}/out"}
    done(bench, S3FileTransformOperator, **given, transform_script=str(script), script_args=["{{ ds }}"])
    assert hook.read_key("out", bucket) == "CONTENT OF README.TXT2026-03-01\n"
    script.write_text("#!/bin/sh\nexit 3\n")
    with shop():
        task = S3FileTransformOperator(task_id="t", **given, transform_script=str(script), replace=True)
    assert "ended with code 3" in str(bench.run(task).error)


def test_transfers(bucket: str, sqlite: str, bench: Bench, tmp_path: Path) -> None:
    hook = S3Hook()
    file = tmp_path / "films.csv"
    file.write_text("1,Heat\n2,Up\n")
    done(bench, LocalFilesystemToS3Operator, filename=str(file), dest_key=f"s3://{bucket}/films.csv")

    SqliteHook().run("CREATE TABLE film (id INTEGER, title TEXT)")
    done(
        bench,
        S3ToSqlOperator,
        s3_bucket=bucket,
        s3_key="films.csv",
        table="film",
        column_list=["id", "title"],
        sql_conn_id="sqlite_default",
        parser=lambda path: [line.split(",") for line in Path(path).read_text().split()],
    )
    assert SqliteHook().get_records("SELECT * FROM film") == [(1, "Heat"), (2, "Up")]

    given: dict[str, Any] = {"query": "SELECT * FROM film", "s3_bucket": bucket, "sql_conn_id": "sqlite_default"}
    done(bench, SqlToS3Operator, **given, s3_key="out/films.csv", pd_kwargs={"index": False})
    assert hook.read_key("out/films.csv", bucket) == "id,title\n1,Heat\n2,Up\n"
    done(bench, SqlToS3Operator, **given, s3_key="each/f.json", file_format="json", max_rows_per_file=1)
    assert hook.list_keys(bucket, "each/") == ["each/f_0.json", "each/f_1.json"]
    done(bench, SqlToS3Operator, **given, s3_key="by/f.csv", groupby_kwargs={"by": "title"})
    assert hook.list_keys(bucket, "by/") == ["by/f_Heat.csv", "by/f_Up.csv"]


def test_sensors(hook: S3Hook, bucket: str, bench: Bench) -> None:
    def waits(**arguments: Any) -> bool:
        kind = arguments.pop("kind", S3KeySensor)
        with shop():
            task = kind(task_id="t", poke_interval=0, timeout=0, bucket_name=bucket, **arguments)
        result = bench.run(task)
        assert result.error is None or "its timeout is 0 s" in str(result.error)
        return result.error is not None

    assert not waits(bucket_key="in/a.csv")
    assert not waits(bucket_key=["in/a.csv", "in/b.csv"])
    assert waits(bucket_key=["in/a.csv", "in/z.csv"])
    assert not waits(bucket_key="in/*.csv", wildcard_match=True)
    assert waits(bucket_key="in/*.json", wildcard_match=True)
    assert not waits(bucket_key=r"in/[ab]\.csv", use_regex=True)
    assert not waits(bucket_key="in/a.csv", check_fn=lambda files: files == [{"Size": 19, "Key": "in/a.csv"}])
    assert waits(bucket_key="in/*", wildcard_match=True, check_fn=lambda files: len(files) > 3)
    assert not waits(kind=S3PrefixSensor, prefix="in/")
    assert waits(kind=S3PrefixSensor, prefix=["in/", "out/"])
    assert not waits(kind=S3KeysUnchangedSensor, prefix="in/", inactivity_period=0, min_objects=3)
    assert waits(kind=S3KeysUnchangedSensor, prefix="in/", inactivity_period=0, min_objects=4)
    assert waits(kind=S3KeysUnchangedSensor, prefix="in/", inactivity_period=60)
