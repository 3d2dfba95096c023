"""Where a setting comes from, and that no secret is shown."""

from __future__ import annotations

import inspect
import os
import re
from pathlib import Path

import pytest

from headway.errors import SettingsError
from headway.metastore.database import connect
from headway.operations.configuration import Setting, all_settings, variable_of
from headway.settings import Settings, load_settings
from headway.urls import has_readable_port, hide_password

ROOT = Path(__file__).parents[3]


def by_key() -> dict[str, Setting]:
    return {each.key: each for each in all_settings(load_settings())}


@pytest.fixture
def home() -> Path:
    folder = Path(os.environ["HEADWAY_HOME"])
    folder.mkdir(parents=True)
    return folder


def test_every_setting_has_a_description() -> None:
    assert [each.key for each in by_key().values() if not each.description] == []


def test_every_setting_is_read_somewhere() -> None:
    """As ``….section.key``, by a name that the section was given, or where the section's class is known."""
    files = [
        path for node in ("common", "scheduler", "triggerer", "web", "worker") for path in (ROOT / node).rglob("*.py")
    ]
    code = [Code(path.read_text()) for path in files if path != Path(inspect.getfile(Settings))]
    assert [key for key in by_key() if not any(text.reads(key) for text in code)] == []


class Code:
    """A file's attributes and words, looked up once for all settings."""

    def __init__(self, text: str) -> None:
        self._words = set(re.findall(r"\w+", text))
        self._attributes = set(re.findall(r"(?<=\.)[^\W\d]\w*", text))
        self._pairs = set(re.findall(r"\b(\w+)(?=\.(\w+))", text))
        self._aliases = set(re.findall(r"^\W*(\w+)\b[^=\n]* = [\w.]+\.(\w+)$", text, re.MULTILINE))

    def reads(self, key: str) -> bool:
        section, _, name = key.rpartition(".")
        owners = {section or "settings", *(alias for alias, meant in self._aliases if section and meant == section)}
        if any((owner, name) in self._pairs for owner in owners):
            return True
        known = bool(section) and type(Settings.model_fields[section].default).__name__ in self._words
        return known and name in self._attributes


def test_the_strongest_source_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "join.toml").write_text('[broker]\nurl = "redis://:s3cret@h"\nwindow = 3\n[xcom]\nmax_bytes = 5\n')
    (home / "join.toml").chmod(0o600)
    (home / "headway.toml").write_text("[broker]\nwindow = 4\n")
    monkeypatch.setenv("HEADWAY_BROKER__WINDOW_FLOOR", "7")
    monkeypatch.setenv("HEADWAY_LEASE", '{"length": 20}')
    found = by_key()
    assert {key: (found[key].value, found[key].source) for key in (
        "broker.window", "broker.window_floor", "broker.url", "xcom.max_bytes", "lease.length", "lease.margin",
    )} == {
        "broker.window": (4, str(home / "headway.toml")),
        "broker.window_floor": (7, "HEADWAY_BROKER__WINDOW_FLOOR"),
        "broker.url": ("redis://:***@h", str(home / "join.toml")),
        "xcom.max_bytes": (5, str(home / "join.toml")),
        "lease.length": (20.0, "HEADWAY_LEASE"),
        "lease.margin": (1.5, "default"),
    }  # fmt: skip


def test_a_join_file_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    join = tmp_path / "elsewhere.toml"
    join.write_text("[xcom]\nmax_bytes = 5\n")
    join.chmod(0o600)
    monkeypatch.setenv("HEADWAY_JOIN", str(join))
    assert by_key()["xcom.max_bytes"].source == str(join)


def test_secrets_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWAY_SECURITY__KEY", "s3cret")
    monkeypatch.setenv("HEADWAY_METASTORE__URL", "postgresql://u:s3cret@h/db")
    monkeypatch.setenv("HEADWAY_LOGS__STORE_OPTIONS", '{"endpoint_url": "http://minio:9000", "secret": "s3cret"}')
    monkeypatch.setenv("HEADWAY_SECRETS__BACKEND_KWARGS", '{"url": "https://vault:8200", "token": "s3cret"}')
    found = by_key()
    assert found["security.key"].value == "***"
    assert found["metastore.url"].value == "postgresql://u:***@h/db"
    assert found["flower.password"].value == ""
    assert found["logs.store_options"].value == "***"
    assert found["secrets.backend_kwargs"].value == "***"
    assert "s3cret" not in str(found)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://h/0", "redis://h/0"),
        ("redis://:p@h:1/0", "redis://:***@h:1/0"),
        ("amqp://u:p@@h//", "amqp://u:***@h//"),
        ("postgresql://u@h/db", "postgresql://u@h/db"),
        (
            "postgresql://h/db?user=u&password=p&sslmode=require",
            "postgresql://h/db?user=u&password=***&sslmode=require",
        ),
        ("https://u:p@h/?api_key=k", "https://u:***@h/?api_key=***"),
        ("https://u:p@[h", "***"),
    ],
)
def test_passwords_in_urls(url: str, shown: str) -> None:
    assert hide_password(url) == shown


@pytest.mark.parametrize(
    "url", ["postgresql://u:s3%cret@h/db", "postgresql://u:s3%cret@[::1]h/db", "postgresql://u:s3 cret@h"]
)
def test_a_password_that_cannot_be_read_is_not_shown(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^metastore\.url is not a (PostgreSQL )?URL") as refused:
        connect(load_settings(metastore={"url": url}).metastore)
    assert "cret" not in refused.value.message


@pytest.mark.parametrize(
    ("url", "readable"),
    [("redis://h", True), ("redis://h:6379/0", True), ("redis://h:port", False), ("redis://h:99999", False)],
)
def test_ports_of_urls(url: str, readable: bool) -> None:
    assert has_readable_port(url) is readable


def test_variables_set_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable_of("broker.window"), "9")
    assert load_settings().broker.window == 9


def test_a_variable_of_an_unknown_section_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWAY_BROKR__URL", "redis://127.0.0.1:1/0")
    with pytest.raises(SettingsError, match="HEADWAY_BROKR__URL"):
        load_settings()
