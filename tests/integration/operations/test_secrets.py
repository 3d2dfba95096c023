"""Variables, connections and the key that encrypts them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from headway.crypto import KEY_FILE, Vault, VaultError, ensure_key_file, fingerprint, open_vault
from headway.errors import InvalidInput, NotFound
from headway.metastore.database import Connection, fetch_value
from headway.operations import secrets
from headway.operations.secrets import ConnectionFields
from headway.settings import Settings, load_settings
from support.stage import Stage

WAREHOUSE = ConnectionFields("postgres", "db.example.com", "etl", "s3cret", "sales", 5432, '{"sslmode": "require"}')


def dump(conn: Connection, table: str) -> str:
    return str(conn.execute(f"SELECT * FROM {table}").fetchall())


def test_a_variable_comes_back_and_is_stored_encrypted(stage: Stage, vault: Vault) -> None:
    secrets.set_variable(stage.conn, vault, "token", "s3cret ü", description="for the API", actor="ann")
    found = secrets.get_variable(stage.conn, lambda: vault, "token")
    assert (found.value, found.description) == ("s3cret ü", "for the API")
    assert "s3cret" not in dump(stage.conn, "variable") + dump(stage.conn, "event_log")
    assert stage.audit() == [("variable.set", "variable token")]


def test_a_changed_value_keeps_its_description(conn: Connection, vault: Vault) -> None:
    secrets.set_variable(conn, vault, "bucket", "one", description="where", actor="x")
    secrets.set_variable(conn, vault, "bucket", "two", actor="x")
    assert secrets.get_variable(conn, lambda: vault, "bucket").description == "where"
    assert [each.key for each in secrets.list_variables(conn)] == ["bucket"]


def test_an_unknown_variable_names_the_nearest(conn: Connection, vault: Vault) -> None:
    secrets.set_variable(conn, vault, "api_token", "x", actor="x")
    with pytest.raises(NotFound) as caught:
        secrets.get_variable(conn, lambda: vault, "api_tokn")
    assert caught.value.remedy == "did you mean 'api_token'?"
    with pytest.raises(NotFound):
        secrets.delete_variable(conn, "nothing", actor="x")


def test_a_connection_keeps_only_its_address_in_clear(stage: Stage, vault: Vault) -> None:
    secrets.set_connection(stage.conn, vault, "warehouse", WAREHOUSE, actor="ann")
    assert secrets.get_connection(stage.conn, lambda: vault, "warehouse") == WAREHOUSE
    stored = dump(stage.conn, "connection")
    assert "db.example.com" in stored
    assert "s3cret" not in stored
    assert "sslmode" not in stored
    assert secrets.list_connections(stage.conn)[0].has_secret


def test_a_connection_is_replaced_as_a_whole(conn: Connection, vault: Vault) -> None:
    secrets.set_connection(conn, vault, "warehouse", WAREHOUSE, actor="x")
    secrets.set_connection(conn, vault, "warehouse", ConnectionFields("http", "example.com"), actor="x")
    assert secrets.get_connection(conn, lambda: vault, "warehouse") == ConnectionFields("http", "example.com")
    assert not secrets.list_connections(conn)[0].has_secret


def test_a_uri_and_a_json_object_say_the_same() -> None:
    uri = "postgres://etl:s3cret@db.example.com:5432/sales?sslmode=require"
    text = (
        '{"conn_type": "postgres", "host": "db.example.com", "login": "etl", "password": "s3cret",'
        ' "schema": "sales", "port": 5432, "extra": {"sslmode": "require"}}'
    )
    assert secrets.fields_of(uri, "w") == secrets.fields_of(text, "w") == WAREHOUSE


@pytest.mark.parametrize("text", ["no scheme s3cret", '{"password": "s3cret"', "http://host:s3cretport"])
def test_a_connection_that_cannot_be_read_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        secrets.fields_of(text, "w")
    if "port" not in text:
        assert "s3cret" not in str(caught.value)


def test_extra_must_be_a_json_object(conn: Connection, vault: Vault) -> None:
    with pytest.raises(InvalidInput, match="extra is not a JSON object"):
        secrets.set_connection(conn, vault, "w", ConnectionFields("http", extra="[1]"), actor="x")


@pytest.mark.parametrize("name", ["", "two words", "a/b"])
def test_names_are_checked(conn: Connection, vault: Vault, name: str) -> None:
    with pytest.raises(InvalidInput):
        secrets.set_variable(conn, vault, name, "x", actor="x")


def test_the_first_key_is_made_where_nobody_has_one(settings: Settings, conn: Connection) -> None:
    made = open_vault(settings, conn)
    file = settings.home / KEY_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert open_vault(settings, conn).decrypt(made.encrypt("text")) == "text"
    assert conn.execute("SELECT value FROM meta").fetchone() == (made.fingerprint,)
    assert made.keys[0] not in dump(conn, "meta")


def test_a_host_without_the_key_is_told(settings: Settings, conn: Connection, tmp_path: Path) -> None:
    open_vault(settings, conn)
    elsewhere = load_settings(home=tmp_path / "other", metastore=settings.metastore.model_dump())
    with pytest.raises(VaultError, match="this host has no key"):
        open_vault(elsewhere, conn)
    assert not (tmp_path / "other" / KEY_FILE).exists(), "a second key would only add to the trouble"


def test_a_host_with_another_key_is_told(settings: Settings, conn: Connection) -> None:
    open_vault(settings, conn)
    other = Fernet.generate_key().decode()
    wrong = load_settings(metastore=settings.metastore.model_dump(), security={"key": other})
    with pytest.raises(VaultError, match=r"is not the one") as caught:
        open_vault(wrong, conn)
    assert "security.key" in caught.value.remedy
    assert other not in str(caught.value)
    assert fingerprint(other) in str(caught.value)


def test_a_key_can_be_replaced(settings: Settings, conn: Connection) -> None:
    old = open_vault(settings, conn)
    token = old.encrypt("kept")
    new = Fernet.generate_key().decode()
    both = load_settings(metastore=settings.metastore.model_dump(), security={"key": f"{new},{old.keys[0]}"})
    vault = open_vault(both, conn)
    assert vault.decrypt(token) == "kept"
    with pytest.raises(VaultError, match="another key"):
        old.decrypt(vault.encrypt("new"))


def test_a_key_file_and_bad_keys(settings: Settings, conn: Connection, tmp_path: Path) -> None:
    key = ensure_key_file(tmp_path / "key")
    assert ensure_key_file(tmp_path / "key") == key
    named = {"metastore": settings.metastore.model_dump()}
    assert open_vault(load_settings(**named, security={"key_file": tmp_path / "key"}), conn).keys == (key,)
    with pytest.raises(VaultError, match="cannot be read"):
        open_vault(load_settings(**named, security={"key_file": tmp_path / "missing"}), conn)
    with pytest.raises(VaultError, match="not a Fernet key") as caught:
        open_vault(load_settings(**named, security={"key": "short-s3cret"}), conn)
    assert "s3cret" not in str(caught.value)


def test_rotation_puts_everything_under_the_new_key(settings: Settings, stage: Stage) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    conn = stage.conn
    first = load_settings(home=settings.home, metastore=settings.metastore, security={"key": old})
    secrets.set_variable(conn, open_vault(first, conn), "token", "s3cret", actor="x")
    secrets.set_connection(conn, open_vault(first, conn), "warehouse", WAREHOUSE, actor="x")
    conn.execute(
        "INSERT INTO trigger (ti_id, dispatch, try_number, classpath, sealed, method) VALUES (7, 1, 1, 'T', %s, 'on')",
        (open_vault(first, conn).encrypt("[{}, {}]"),),
    )
    before = conn.execute("SELECT changed_at FROM variable").fetchall()

    both = load_settings(home=settings.home, metastore=settings.metastore, security={"key": f"{new},{old}"})
    done = secrets.rotate_key(conn, open_vault(both, conn), actor="ann")
    assert (done.variables, done.connections, done.triggers, done.key) == (1, 1, 1, fingerprint(new))
    assert stage.audit()[-1] == ("key.rotate", f"key {fingerprint(new)}")
    assert conn.execute("SELECT changed_at FROM variable").fetchall() == before

    last = load_settings(home=settings.home, metastore=settings.metastore, security={"key": new})
    vault = open_vault(last, conn)
    assert secrets.get_variable(conn, lambda: vault, "token").value == "s3cret"
    assert secrets.get_connection(conn, lambda: vault, "warehouse") == WAREHOUSE
    assert vault.decrypt(str(fetch_value(conn, "SELECT sealed FROM trigger"))) == "[{}, {}]"
    with pytest.raises(VaultError, match="is not the one"):
        open_vault(first, conn)


def test_a_rotation_without_the_old_key_changes_nothing(stage: Stage, vault: Vault) -> None:
    secrets.set_variable(stage.conn, vault, "token", "s3cret", actor="x")
    before = dump(stage.conn, "variable") + dump(stage.conn, "meta")
    with pytest.raises(VaultError, match="another key"):
        secrets.rotate_key(stage.conn, Vault([Fernet.generate_key().decode()]), actor="x")
    assert dump(stage.conn, "variable") + dump(stage.conn, "meta") == before
