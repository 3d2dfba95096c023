"""SQL hooks on real databases."""

from __future__ import annotations

import io
import sqlite3
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from headway.authoring.connections import Connection
from headway.authoring.exceptions import AirflowException
from headway.hooks.dbapi_handlers import fetch_all_handler, fetch_one_handler
from headway.hooks.postgres import PostgresHook
from headway.hooks.sqlite import SqliteHook

from .conftest import Connect


@pytest.fixture
def hook(pg: str) -> PostgresHook:
    hook = PostgresHook()
    hook.run("DROP TABLE IF EXISTS film; CREATE TABLE film (id int PRIMARY KEY, title text, price numeric)")
    return hook


def test_rows_come_and_go(hook: PostgresHook) -> None:
    hook.insert_rows(
        "film", [(1, "Heat; part 1", Decimal("9.50")), (2, None, 7)], target_fields=["id", "title", "price"]
    )
    assert hook.get_records("SELECT * FROM film ORDER BY id") == [(1, "Heat; part 1", Decimal("9.50")), (2, None, 7)]
    assert hook.get_first("SELECT title FROM film WHERE title LIKE 'He%'") == ("Heat; part 1",)
    assert hook.get_first("SELECT 1 FROM film WHERE id = 99") is None


def test_parameters_are_put_in_as_psycopg2_did(hook: PostgresHook) -> None:
    hook.insert_rows("film", [(1, "a", 1), (2, "b", 2), (3, "c", 3)])
    assert hook.get_records("SELECT id FROM film WHERE title IN %s ORDER BY id", [("a", "c")]) == [(1,), (3,)]
    assert hook.get_records("SELECT id FROM film WHERE id = ANY(%(ids)s)", {"ids": [2]}) == [(2,)]
    hook.run("CREATE TABLE IF NOT EXISTS made_with_default (at text DEFAULT %s)", parameters=("x",))


def test_several_statements_and_what_comes_back(hook: PostgresHook) -> None:
    assert hook.run(["SELECT 1", "SELECT 2"], handler=fetch_all_handler) == [[(1,)], [(2,)]]
    text = "SELECT 1; SELECT ';' -- ;\n; SELECT 3;"
    assert hook.run(text, split_statements=True, handler=fetch_one_handler) == (3,)
    listed = hook.run(text, split_statements=True, return_last=False, handler=fetch_one_handler)
    assert listed == [(1,), (";",), (3,)]
    assert len(hook.descriptions) == 3
    assert hook.run("SELECT 1") is None
    assert hook.get_records("CREATE TABLE IF NOT EXISTS film (id int)") is None
    with pytest.raises(ValueError, match="at least one statement"):
        hook.run("-- nothing")


def test_one_transaction_unless_autocommit(hook: PostgresHook) -> None:
    insert = "INSERT INTO film (id) VALUES (1)"
    with pytest.raises(psycopg.errors.UniqueViolation):
        hook.run([insert, insert])
    assert hook.get_records("SELECT * FROM film") == []
    with pytest.raises(psycopg.errors.UniqueViolation):
        hook.run([insert, insert], autocommit=True)
    assert hook.get_first("SELECT count(*) FROM film") == (1,)
    hook.run("VACUUM film", autocommit=True)


def test_replaced_rows(hook: PostgresHook) -> None:
    hook.insert_rows("film", [(1, "old", 1)])
    fields = ["id", "title"]
    hook.insert_rows("film", [(1, "new"), (2, "x")], target_fields=fields, replace=True, replace_index="id")
    assert hook.get_records("SELECT * FROM film ORDER BY id") == [(1, "new", 1), (2, "x", None)]
    hook.insert_rows("film", [(1,)], target_fields=["id"], replace=True, replace_index=["id"])
    with pytest.raises(AirflowException, match="replace_index is missing"):
        hook.insert_rows("film", [(1, "x")], target_fields=fields, replace=True)


def test_commits_are_as_far_apart_as_asked(hook: PostgresHook) -> None:
    rows = [(1, "a", 1), (2, "b", 2), (3, "c", 3), (3, "again", 3)]
    with pytest.raises(psycopg.errors.UniqueViolation):
        hook.insert_rows("film", rows, commit_every=2)
    assert hook.get_records("SELECT id FROM film ORDER BY id") == [(1,), (2,)]


def test_copy(hook: PostgresHook, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text('1,"Heat, again",9.5\n2,,\n')
    hook.copy_expert("COPY film FROM STDIN WITH (FORMAT csv)", str(source))
    hook.copy_expert("COPY (SELECT title FROM film ORDER BY id) TO STDOUT WITH CSV", str(target))
    assert target.read_text() == '"Heat, again"\n\n'
    hook.bulk_dump("film", str(target))
    hook.run("TRUNCATE film")
    hook.bulk_load("film", str(target))
    assert hook.get_first("SELECT count(*), max(price) FROM film") == (2, Decimal("9.5"))


def test_a_cursor_copies_as_psycopg2s(hook: PostgresHook) -> None:
    conn = hook.get_conn()
    with conn, conn.cursor() as cursor:
        cursor.copy_from(io.StringIO("1|x|\\N\n"), "film", sep="|", columns=("id", "title", "price"))
        written = io.StringIO()
        cursor.copy_expert("COPY film TO STDOUT", written)
    assert written.getvalue() == "1\tx\t\\N\n"


def test_a_connection_behaves_as_psycopg2s(hook: PostgresHook) -> None:
    conn = hook.get_conn()
    with conn:
        conn.cursor().execute("INSERT INTO film VALUES (1, 'Heat')")
    with pytest.raises(psycopg.errors.DivisionByZero), conn:
        conn.cursor().execute("DELETE FROM film; SELECT 1 / 0")
    assert hook.get_first("SELECT count(*) FROM film") == (1,)

    class RealDictCursor:
        """Stands for psycopg2's; only its name counts."""

    with conn.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute("SELECT id, title FROM film")
        assert cursor.fetchall() == [{"id": 1, "title": "Heat"}]
    conn.commit()
    conn.set_session(autocommit=True)
    conn.cursor().execute("VACUUM film")
    conn.set_isolation_level(2)
    assert conn.cursor().execute("SHOW transaction_isolation").fetchone() == ("repeatable read",)
    conn.close()


def test_values_by_the_thousand_as_psycopg2s_extras_write_them(hook: PostgresHook) -> None:
    with hook.get_conn() as conn, conn.cursor() as cursor:
        assert cursor.connection.encoding == "UTF8"
        rows = b",".join(cursor.mogrify(b"(%s,%s)", (number, f"ü{number}")) for number in range(1000))
        cursor.execute(b"INSERT INTO film (id, title) VALUES " + rows)
    assert hook.get_first("SELECT count(*), max(title) FROM film") == (1000, "ü999")


def test_frames_and_engines(hook: PostgresHook) -> None:
    hook.insert_rows("film", [(1, "a", 1), (2, "b", 2), (3, "c", 3)])
    frame = hook.get_pandas_df("SELECT id, title FROM film WHERE id > %s ORDER BY id", parameters=(1,))
    assert frame.to_dict("records") == [{"id": 2, "title": "b"}, {"id": 3, "title": "c"}]
    chunks = hook.get_pandas_df_by_chunks("SELECT id FROM film ORDER BY id", chunksize=2)
    assert [len(chunk) for chunk in chunks] == [2, 1]
    with hook.get_sqlalchemy_engine().connect() as conn:
        assert conn.execute(sqlalchemy.text("SELECT title FROM film WHERE id = :id"), {"id": 1}).scalar() == "a"


def test_the_connection_is_followed(pg: str, connect: Connect) -> None:
    connect("other", f"{pg}?cursor=dictcursor&application_name=books&connect_timeout=5")
    found = PostgresHook("other", options="-c statement_timeout=1234").get_first(
        "SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS timeout"
    )
    assert found == {"name": "books", "timeout": "1234ms"}
    assert PostgresHook("other", database="postgres").get_first("SELECT current_database() AS db") == {"db": "postgres"}
    assert Connection.get("other").get_hook(hook_params={"schema": "postgres"}).database_name == "postgres"
    assert PostgresHook("other").get_uri().startswith("postgresql://")


def test_a_test_of_the_connection(pg: str, connect: Connect) -> None:
    assert Connection.get("postgres_default").test_connection() == (True, "Connection successfully tested")
    connect("away", "postgres://127.0.0.1:1/x?connect_timeout=2")
    works, why = Connection.get("away").test_connection()
    assert not works
    assert "refused" in why


def test_primary_key(hook: PostgresHook) -> None:
    assert hook.get_table_primary_key("film") == ["id"]
    assert hook.get_table_primary_key("nothing") is None


def test_sqlite(sqlite: str) -> None:
    hook = SqliteHook()
    hook.run(
        """
        CREATE TABLE film (id INTEGER PRIMARY KEY, title TEXT);
        CREATE TABLE log (text TEXT);
        CREATE TRIGGER noted AFTER INSERT ON film
            BEGIN INSERT INTO log VALUES ('a;b'); INSERT INTO log VALUES ('c'); END;
        INSERT INTO film VALUES (1, 'Heat');
        """
    )
    hook.insert_rows("film", [(1, "Heat 2"), (2, "Up")], target_fields=["id", "title"], replace=True)
    assert hook.get_records("SELECT * FROM film WHERE id > ? ORDER BY id", (0,)) == [(1, "Heat 2"), (2, "Up")]
    assert hook.get_first("SELECT count(*) FROM log") == (6,)
    assert hook.get_df("SELECT title FROM film").title.tolist() == ["Heat 2", "Up"]
    with sqlite3.connect(sqlite) as direct:
        assert direct.execute("SELECT count(*) FROM film").fetchone() == (2,)
    with hook.get_sqlalchemy_engine().connect() as conn:
        assert conn.execute(sqlalchemy.text("SELECT count(*) FROM film")).scalar() == 2


def test_extras_of_sqlite_are_its_own_options(sqlite: str, connect: Connect) -> None:
    SqliteHook().run("CREATE TABLE t (x)")
    connect("locked", f"sqlite:///{sqlite.lstrip('/')}?mode=ro")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        SqliteHook("locked").run("INSERT INTO t VALUES (1)")


def test_a_file_of_sqlite_may_have_the_slashes_that_sqlalchemy_wants(sqlite: str, connect: Connect) -> None:
    SqliteHook().run("CREATE TABLE t (x)")
    connect("four", f"sqlite:////{sqlite.lstrip('/')}")
    assert SqliteHook("four").get_first("SELECT count(*) FROM t") == (0,)
