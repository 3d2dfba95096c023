"""The metastore's schema: what migrations make is what the tables say, and nodes refuse any other."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Table

from headway.errors import SchemaMismatch
from headway.metastore import migrate, schema
from headway.metastore.database import Connection, connection, fetch_value
from headway.metastore.tables import metadata, task_instance
from headway.settings import Settings, load_settings


@pytest.fixture
def settings(empty_database_url: str) -> Settings:
    return load_settings(metastore={"url": empty_database_url})


@pytest.fixture
def conn(settings: Settings) -> Iterator[Connection]:
    with connection(settings.metastore) as opened:
        yield opened


def tables(conn: Connection) -> set[str]:
    rows = conn.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    return {row[0] for row in rows.fetchall()}


def run_alembic(settings: Settings, step: str) -> None:
    engine = migrate.make_engine(settings)
    config = migrate.alembic_config()
    config.attributes["engine"] = engine
    try:
        command.check(config) if step == "check" else command.downgrade(config, step)
    finally:
        engine.dispose()


def test_the_migrations_make_what_the_tables_declare(settings: Settings, conn: Connection) -> None:
    migrate.upgrade(settings)
    run_alembic(settings, "check")
    assert set(metadata.tables) <= tables(conn)


def test_storage_settings_are_made_too(settings: Settings, conn: Connection) -> None:
    """Alembic does not compare them."""
    migrate.upgrade(settings)
    declared = {name: table.dialect_options["postgresql"].get("with") for name, table in metadata.tables.items()}
    for name, options in declared.items():
        made = fetch_value(conn, "SELECT reloptions FROM pg_class WHERE relname = %(name)s", {"name": name})
        wanted = [f"{key}={value}" for key, value in (options or {}).items()]
        assert (made or []) == wanted, name


def test_check_constraints_are_made_too(settings: Settings, conn: Connection) -> None:
    migrate.upgrade(settings)
    made = {row[0] for row in conn.execute("SELECT conname FROM pg_constraint WHERE contype = 'c'").fetchall()}
    assert _checks(metadata.tables.values()) <= made  # type: ignore[arg-type]


def _checks(all_tables: list[Table]) -> set[str]:
    from sqlalchemy import CheckConstraint

    found = [each for table in all_tables for each in table.constraints if isinstance(each, CheckConstraint)]
    return {str(each.name) for each in found}


#: What a normal transition of a task instance changes.
CHANGING = {"state", "try_number", "dispatch", "node_id", "queued_at", "start_date", "end_date", "max_tries"}


def test_no_index_of_task_instances_names_what_a_transition_changes(settings: Settings, conn: Connection) -> None:
    """Not even in a predicate: each such update would leave its page."""
    migrate.upgrade(settings)
    rows = conn.execute("SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'task_instance'::regclass")
    words = {word.strip("(),") for (text,) in rows.fetchall() for word in text.split()}
    assert not words & CHANGING
    assert set(task_instance.columns.keys()) >= CHANGING


def test_an_upgrade_can_be_undone_and_done_again(settings: Settings, conn: Connection) -> None:
    migrate.upgrade(settings)
    run_alembic(settings, "base")
    assert tables(conn) == {"alembic_version"}
    migrate.upgrade(settings)
    schema.check(conn)


def test_an_upgrade_changes_nothing_the_second_time(settings: Settings, conn: Connection) -> None:
    migrate.upgrade(settings)
    conn.execute("UPDATE pool SET slots = 7")
    before = tables(conn)
    migrate.upgrade(settings)
    assert (tables(conn), fetch_value(conn, "SELECT slots FROM pool")) == (before, 7)


def test_nodes_that_upgrade_at_once_do_not_get_into_each_others_way(settings: Settings, conn: Connection) -> None:
    failures: list[BaseException] = []

    def upgrade() -> None:
        try:
            migrate.upgrade(settings)
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    schema.check(conn)


def test_an_empty_database_is_refused_with_the_remedy(conn: Connection) -> None:
    with pytest.raises(SchemaMismatch, match="is empty") as caught:
        schema.check(conn)
    assert "headway db upgrade" in caught.value.remedy


def test_an_older_schema_is_refused_with_the_remedy(
    settings: Settings, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate.upgrade(settings)
    known = schema.revisions()
    monkeypatch.setattr(schema, "revisions", lambda: (*known, "9998"))
    with pytest.raises(SchemaMismatch, match=f"is {known[-1]}, this Headway needs 9998") as caught:
        schema.check(conn)
    assert "headway db upgrade" in caught.value.remedy


def test_a_newer_schema_is_refused_and_not_touched(settings: Settings, conn: Connection) -> None:
    migrate.upgrade(settings)
    conn.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaMismatch, match="newer Headway"):
        schema.check(conn)
    with pytest.raises(SchemaMismatch, match="newer Headway"):
        migrate.upgrade(settings)
    assert schema.current(conn) == "9999"
