"""What ``logs.store`` may say, and what is answered to what it may not."""

from __future__ import annotations

import sys

import pytest

from headway.errors import SettingsError
from headway.log_store import objects
from headway.settings import LogSettings, load_settings


def refused(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    for name, value in values.items():
        monkeypatch.setenv(f"HEADWAY_LOGS__{name}", value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    return str(raised.value)


@pytest.mark.parametrize("address", ["s3:/bucket", "bucket/prefix", "/folder", "s3://", "s3://bucket?x=1", "Metastore"])
def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert "logs.store" in refused(monkeypatch, STORE=address)


def test_a_password_does_not_belong_into_the_address_and_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(monkeypatch, STORE="sftp://ann:s3same@host/logs")
    assert "logs.store_options" in said
    assert "s3same" not in said


@pytest.mark.parametrize("options", ["no json, s3same", '["s3same"]', '"s3same"'])
def test_options_are_a_json_object(monkeypatch: pytest.MonkeyPatch, options: str) -> None:
    said = refused(monkeypatch, STORE_OPTIONS=options)
    assert "JSON object" in said
    assert "s3same" not in said


def test_a_slash_at_the_end_makes_no_other_store() -> None:
    assert LogSettings(store="s3://bucket/prefix/").store == "s3://bucket/prefix"


@pytest.mark.parametrize("store", ["metastore", "file:///shared", "s3://bucket"])
def test_stores_that_this_host_can_work_with(store: str) -> None:
    objects.check(LogSettings(store=store))


@pytest.mark.parametrize("kind", ["s4", "memory", "https"])
def test_a_kind_of_store_that_cannot_be_used_is_named(kind: str) -> None:
    with pytest.raises(SettingsError, match=f"{kind}://") as raised:
        objects.check(LogSettings(store=f"{kind}://somewhere"))
    assert "s3://bucket/prefix" in raised.value.remedy


@pytest.mark.parametrize(("kind", "package", "remedy"), [("s3", "s3fs", "'headway[s3fs]'"), ("gs", "gcsfs", "gcsfs")])
def test_a_package_that_is_missing_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, kind: str, package: str, remedy: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # as on a host that lacks it
    with pytest.raises(SettingsError, match=package) as raised:
        objects.check(LogSettings(store=f"{kind}://bucket"))
    assert raised.value.remedy == f"pip install {remedy}"
