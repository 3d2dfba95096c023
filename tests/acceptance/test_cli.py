"""The command line as people and scripts meet it: results, exit states, and every kind of bad input."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from headway.metastore.database import Connection, connection
from headway.metastore.queries import event_log
from headway.settings import load_settings
from headway.states import Outcome
from support.command import Command
from support.stage import DAG, RUN, Stage
from support.structures import task


@pytest.fixture
def headway(metastore_url: str, valkey_url: str, tmp_path: Path) -> Command:
    return Command(tmp_path / "home", METASTORE__URL=metastore_url, BROKER__URL=valkey_url)


@pytest.fixture
def conn(metastore_url: str) -> Iterator[Connection]:
    with connection(load_settings(metastore={"url": metastore_url}).metastore, name="test") as opened:
        yield opened


@pytest.fixture
def stage(conn: Connection) -> Stage:
    stage = Stage(conn)
    stage.dag(task("extract"), task("load", "extract", queue="high_cpu"))
    return stage


@pytest.mark.usefixtures("stage")
def test_lists_are_json_with_stable_keys(headway: Command) -> None:
    assert set(headway("dags", "list", "-o", "json").json[0]) == {
        "dag_id", "is_paused", "is_stale", "style", "schedule", "next_due", "active_runs", "last_run", "last_state",
        "last_run_after", "tags", "owners", "description", "file", "version", "bundle", "max_active_runs",
        "max_active_tasks", "warnings", "parsed_at",
    }  # fmt: skip
    assert set(headway("queues", "-o", "json").json[0]) == {
        "queue", "depth", "backlog", "outstanding", "running", "oldest_seconds", "workers", "slots", "consumed",
        "mean_duration", "wanted_workers",
    }  # fmt: skip
    assert headway("nodes", "list", "-o", "json").json == []
    assert [each["name"] for each in headway("pools", "list", "-o", "json").json] == ["default_pool"]


def test_the_way_from_trigger_to_states(headway: Command, stage: Stage) -> None:
    made = headway("dags", "trigger", DAG, "--conf", '{"day": 1}', "--run-id", "mine", "-o", "json")
    assert (made.status, made.json["run_id"]) == (0, "mine")
    assert stage.run("mine").conf == {"day": 1}
    assert [each["run_id"] for each in headway("dags", "runs", DAG, "-o", "json").json] == ["mine"]
    states = headway("tasks", "states", DAG, "-o", "json").json
    assert states["why"] == "no scheduler is running: headway scheduler"
    assert [each["task_id"] for each in states["tasks"]] == ["extract", "load"]
    assert headway("dags", "runs", DAG, "--state", "done").status == 2
    assert "none of its runs is failed" in (none := headway("dags", "runs", DAG, "--state", "failed")).out + none.err


def test_a_second_run_of_the_same_id_is_refused(headway: Command, stage: Stage) -> None:
    stage.start()
    done = headway("dags", "trigger", DAG, "--run-id", RUN)
    assert done.status == 1
    assert done.error == f"error: DAG 'shop' has a run {RUN!r} already"


def test_pause_unpause_and_a_paused_trigger(headway: Command, stage: Stage) -> None:
    assert headway("dags", "pause", DAG).out == "shop is paused\n"
    done = headway("dags", "trigger", DAG)
    assert done.status == 0
    assert "is paused, so the run waits: headway dags unpause shop" in done.err
    assert headway("dags", "unpause", DAG).out == "shop runs now; no run is due now\n"
    assert stage.value("SELECT is_paused FROM dag") is False
    assert "@" in stage.value("SELECT min(actor) FROM event_log")


def test_a_page_for_a_dag(headway: Command, stage: Stage) -> None:
    stage.conn.execute("""UPDATE dag SET warnings = '[{"line": 3, "text": "old name"}]'""")
    shown = headway("dags", "show", DAG).out
    assert "extract <PythonOperator>\n    load <PythonOperator, queue high_cpu>" in shown
    assert "warning: line 3: old name" in shown


def test_the_page_of_a_paused_dag_says_why_and_how_it_goes_on(headway: Command, stage: Stage) -> None:
    stage.conn.execute("UPDATE dag SET is_paused = true")
    detail = {"reason": "its last 2 runs failed (max_consecutive_failed_dag_runs=2)"}
    event_log.record(stage.conn, actor="scheduler", action="dag.pause", subject=DAG, detail=detail)
    shown = " ".join(headway("dags", "show", DAG).out.split())
    assert f"Z: {detail['reason']}" in shown
    assert f"go on mend what `headway dags runs {DAG} --state failed` shows, then `headway dags unpause {DAG}`" in shown
    assert headway("dags", "show", DAG, "-o", "json").json["pause"]["actor"] == "scheduler"


def test_broken_files_are_shown_with_place_and_remedy(headway: Command, stage: Stage) -> None:
    stage.conn.execute("INSERT INTO import_error (file, line, message, remedy) VALUES ('a.py', 3, 'bad', 'mend')")
    assert headway("dags", "errors").out == "a.py:3: bad\n  remedy: mend\n"
    assert headway("dags", "errors", "-o", "json").json[0]["line"] == 3
    assert "1 file cannot be loaded" in headway("dags", "list").err


def test_a_backfill_and_its_preview_say_what_they_leave_out(headway: Command, stage: Stage) -> None:
    daily = {"kind": "cron", "crons": ["0 0 * * *"], "timezone": "UTC", "interval": "data"}
    stage.dag(task("t"), dag_id="daily", schedule=daily, start_date="2026-01-01T00:00:00+00:00")
    words = ("backfill", "create", "daily", "--from-date")
    done = headway(*words, "2026-03-01", "--to-date", "2999-01-01", "--dry-run", "-o", "json")
    newest = done.json[-1]["logical_date"][:10]
    assert done.err.strip() == f"the range ends at {newest} 00:00:00Z: dates after that are not due yet"
    refused = headway(*words, "2998-01-01", "--to-date", "2999-01-01")
    assert (refused.status, refused.error) == (2, "error: no date of DAG 'daily' in the range is due yet")
    stage.conn.execute("UPDATE dag SET end_date = '2026-03-03' WHERE dag_id = 'daily'")
    made = headway(*words, "2026-03-01", "--to-date", "2999-01-01")
    assert "of daily: 3 dates, 2026-03-01 00:00:00Z to 2026-03-03 00:00:00Z\n" in made.out
    assert "the range ends at 2026-03-03 00:00:00Z: the DAG's end date is 2026-03-03 00:00:00Z" in made.out
    key = stage.value("UPDATE backfill SET state = 'cancelled' RETURNING id")
    kept = headway("backfill", "show", str(key)).err.strip()
    assert kept.startswith("left out on ")
    assert kept.endswith("Z: the range ends at 2026-03-03 00:00:00Z: the DAG's end date is 2026-03-03 00:00:00Z")
    again = headway(*words, "2026-03-02", "--to-date", "2999-01-01", "-o", "json").json
    assert (again["id"], again["dates"], [part["reason"] for part in again["left_out"]]) == (key + 1, 2, ["end_date"])


def test_clear_asks_first(headway: Command, stage: Stage) -> None:
    stage.start()
    stage.run_task("extract")
    refused = headway("tasks", "clear", DAG)
    assert (refused.status, refused.error) == (2, "error: this needs a yes, and there is no terminal to ask")
    assert "extract" in headway("tasks", "clear", DAG, "--dry-run").out
    assert stage.states()["extract"] == "success"
    assert headway("tasks", "clear", DAG, "-y", "-o", "json").json["instances"] == [
        {"task_id": "extract", "map_index": -1, "state": "success"}
    ]
    assert stage.states()["extract"] == "none"


def test_runs_and_tasks_are_repaired(headway: Command, stage: Stage) -> None:
    stage.start()
    stage.run_task("extract", Outcome.FAILED, error="boom")
    assert "extract of manual__1 is held" in headway("tasks", "hold", DAG, "extract", RUN, "--reason", "late data").out
    assert "extract" in headway("tasks", "mark", DAG, "extract", "success", "--dry-run").out
    assert stage.states()["extract"] == "failed"
    assert (
        "marked 1 task instance of manual__1 success" in headway("tasks", "mark", DAG, "extract", "success", "-y").out
    )
    assert stage.states()["extract"] == "success"
    headway("runs", "rerun", DAG, "--all", "-y")
    waiting = headway("tasks", "states", DAG, "--task", "extract", "-o", "json").json["tasks"][0]["why"]
    assert "the task is held by" in waiting
    assert waiting.endswith(f"(“late data”): headway tasks release {DAG} extract {RUN}")
    held = headway("dags", "held", "-o", "json").json[0]
    assert (held["run_id"], held["task_id"], held["reason"]) == (RUN, "extract", "late data")
    assert "is released" in headway("tasks", "release", DAG, "extract", RUN).out
    assert "was not held" in headway("tasks", "release", DAG, "extract", RUN).out
    assert headway("runs", "note", DAG, RUN, "seen to").out == "noted\n"
    assert headway("runs", "mark", DAG, RUN, "failed", "-y", "-o", "json").json["run_state"] == "failed"
    assert stage.run().state == "failed"
    assert [each["number"] for each in headway("dags", "versions", DAG, "-o", "json").json] == [1]
    assert headway("runs", "delete", DAG, RUN, "-y").status == 0
    assert stage.value("SELECT (SELECT count(*) FROM dag_run) + (SELECT count(*) FROM note)") == 0
    actions = [action for action, _ in stage.audit()]
    assert actions == ["task.hold", "task.mark", "run.clear", "task.release", "run.note", "run.mark", "run.delete"]


def test_a_log_on_the_terminal(headway: Command, stage: Stage) -> None:
    stage.start()
    assert "nothing was logged yet" in headway("tasks", "logs", DAG, "extract").err
    stage.queue("extract")
    claimed = stage.claim("extract")
    stage.finish(claimed, log_bytes=stage.log(claimed, "[bold]héllo[/bold]\n"))
    lines = headway("tasks", "logs", DAG, "extract").out.splitlines()
    assert lines[0].startswith("── try 1 on worker-1, queue default, version 1, began ")
    assert lines[1] == "[bold]héllo[/bold]"
    assert lines[2].startswith("── success after ")
    assert headway("tasks", "logs", DAG, "extract", "-o", "json").json[0]["text"] == "[bold]héllo[/bold]\n"


def test_variables_and_connections_come_from_standard_input(headway: Command, conn: Connection) -> None:
    assert headway("variables", "set", "token", "-", stdin="s3cret\n").status == 0
    assert headway("variables", "get", "token").out == "s3cret\n"
    assert "s3cret" not in headway("variables", "list", "-o", "json").out
    made = headway("connections", "set", "warehouse", stdin="postgres://etl:pa55@db:5432/sales")
    assert "pa55" not in made.out + made.err
    assert headway("connections", "get", "warehouse", "-o", "json").json["password"] == "***"
    assert headway("connections", "get", "warehouse", "--reveal", "-o", "json").json["password"] == "pa55"
    assert "pa55" not in headway("connections", "list", "-o", "json").out
    headway("connections", "set", "warehouse", "--type", "http", "--host", "h", "--password", stdin="new")
    assert headway("connections", "get", "warehouse", "--reveal", "-o", "json").json["password"] == "new"
    stored = str(
        conn.execute("SELECT * FROM connection").fetchall() + conn.execute("SELECT * FROM variable").fetchall()
    )
    assert "pa55" not in stored
    assert "s3cret" not in stored
    assert headway("connections", "delete", "warehouse", "-y").status == 0
    assert headway("connections", "get", "warehouse").error == "error: there is no connection 'warehouse'"


def test_a_join_file_lets_another_home_in(headway: Command, tmp_path: Path) -> None:
    headway("variables", "set", "bucket", "b")
    file = tmp_path / "join.toml"
    made = headway("nodes", "join-file", str(file), "--host", "127.0.0.1")
    assert made.status == 0
    assert "Whoever reads it controls this cluster" in made.out
    assert file.stat().st_mode & 0o777 == 0o600
    elsewhere = Command(tmp_path / "elsewhere", JOIN=str(file))
    assert elsewhere("variables", "get", "bucket").out == "b\n"


def test_pools(headway: Command) -> None:
    assert headway("pools", "set", "db", "4", "-d", "four").out == "pool 'db' has 4 slots\n"
    assert headway("pools", "set", "db", "4", "--include-deferred").status == 0
    assert headway("pools", "set", "db", "--", "-1").out == "pool 'db' has no limit\n"
    (pool,) = [each for each in headway("pools", "list", "-o", "json").json if each["name"] == "db"]
    assert (pool["slots"], pool["description"], pool["include_deferred"]) == (-1, "four", True)
    assert headway("pools", "set", "db", "--", "-2").status == 2
    assert headway("pools", "delete", "default_pool", "-y").status == 2
    assert headway("pools", "delete", "db", "-y").status == 0


def test_clean_counts_first(headway: Command, conn: Connection) -> None:
    dry = headway("db", "clean", "--older-than", "30d", "--dry-run", "-o", "json").json
    assert {each["kind"]: each["count"] for each in dry}["runs"] == 0
    kept = {each["kind"] for each in headway("db", "clean", "--dry-run", "-o", "json").json}
    assert "task log partitions" in kept, "the settings say how long logs are kept"
    assert "runs" not in kept, "the settings keep them for ever"
    assert headway("db", "clean", "--table", "rnus", "-y").status == 2
    assert headway("db", "clean", "--older-than", "soon", "-y").status == 2
    assert headway("db", "clean").status == 2, "without a terminal it needs --yes"
    assert headway("db", "clean", "-y").status == 0


# Bad input and absent servers


def test_an_unknown_dag_names_the_nearest(headway: Command, stage: Stage) -> None:
    done = headway("tasks", "states", "shopp")
    assert (done.status, done.error, done.remedy) == (
        1, "error: there is no DAG 'shopp'", "remedy: did you mean 'shop'?",
    )  # fmt: skip


def test_no_metastore_is_configured(headway: Command) -> None:
    done = headway("dags", "list", METASTORE__URL="")
    assert (done.status, done.error) == (1, "error: no metastore is configured")
    assert "headway standalone" in done.remedy


@pytest.mark.parametrize("server", ["metastore", "broker"])
def test_a_worker_without_its_servers_leaves_nothing_behind(headway: Command, tmp_path: Path, server: str) -> None:
    home = tmp_path / "no-home"
    done = headway("worker", HOME=str(home), **{f"{server.upper()}__URL": ""})
    assert (done.status, done.error) == (1, f"error: no {server} is configured")
    assert "HEADWAY_HOME" in done.remedy
    assert "--join" in done.remedy
    assert not home.exists()


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("mysql://u:s3cret@h/db", "error: metastore.url: expected postgresql://, got mysql://"),
        ("postgresql://u:s3cret@127.0.0.1:1/db", "error: the metastore at 127.0.0.1:1/db does not answer"),
        ("postgresql://u:s3cret@127.0.0.1:port/db", "error: metastore.url"),
        ("s3cret", "error: metastore.url is not a URL"),
    ],
)
def test_a_wrong_metastore_url(headway: Command, url: str, error: str) -> None:
    done = headway("dags", "list", METASTORE__URL=url)
    assert done.status == 1
    assert done.error.startswith(error)
    assert "s3cret" not in done.out + done.err


@pytest.mark.parametrize(
    "url", ["s3cret", "redis://:s3cret@h:port/0", "kafka://:s3cret@h"], ids=["no scheme", "bad port", "unknown kind"]
)
def test_a_wrong_broker_url(headway: Command, url: str) -> None:
    done = headway("info", BROKER__URL=url)
    assert (done.status, done.error) == (1, "error: broker cannot be used")
    assert "broker.url" in done.out
    assert "s3cret" not in done.out + done.err


def test_a_wrong_password(headway: Command, metastore_url: str) -> None:
    account, at, place = metastore_url.rpartition("@")
    done = headway("dags", "list", METASTORE__URL=f"{account}x{at}{place}")
    assert done.status == 1
    assert "password authentication failed" in done.error
    assert account not in done.err


def test_settings_that_are_wrong(headway: Command) -> None:
    done = headway("dags", "list", BROKER__WINDOW="many")
    assert done.status == 1
    assert done.error.startswith("error: setting 'broker.window': ")
    home = Path(headway.environment["HEADWAY_HOME"])
    home.mkdir()
    (home / "headway.toml").write_text("[borker]\nurl = 1\n")
    assert headway("dags", "list").error == "error: unknown setting 'borker'"
    (home / "headway.toml").write_text("[broker\n")
    assert headway("dags", "list").error.startswith("error: the settings cannot be read: ")


def test_the_broker_is_away(headway: Command, stage: Stage) -> None:
    stage.join_scheduler()
    away = {"BROKER__URL": "redis://:s3cret@127.0.0.1:1/0"}
    done = headway("dags", "trigger", DAG, "-o", "json", **away)
    assert done.status == 0, "the run is there; schedulers find it by themselves"
    assert "the schedulers will see the change by themselves" in done.err
    assert json.loads(done.out)["dag_id"] == DAG
    shown = headway("queues", "-o", "json", **away)
    assert (shown.status, shown.json[0]["depth"]) == (0, None)
    assert "s3cret" not in done.err + shown.err
    told = headway("info", **away)
    assert (told.status, told.error) == (1, "error: broker cannot be used")


def test_an_empty_older_or_newer_schema(headway: Command, empty_database_url: str) -> None:
    here = {"METASTORE__URL": empty_database_url}
    empty = headway("dags", "list", **here)
    assert (empty.status, empty.remedy.startswith("remedy: run `headway db upgrade`")) == (1, True)
    assert "the metastore's schema is empty" in empty.error
    assert headway("db", "check", **here).status == 1
    with psycopg.connect(empty_database_url, autocommit=True) as conn:
        conn.execute("CREATE TABLE alembic_version (version_num text)")
        conn.execute("INSERT INTO alembic_version VALUES ('9999')")
        for words in (("dags", "list"), ("db", "check"), ("db", "upgrade")):
            done = headway(*words, **here)
            assert done.status == 1
            assert "(9999) was made by a newer Headway than this one" in done.error
        conn.execute("DROP TABLE alembic_version")
    assert headway("db", "upgrade", **here).status == 0
    assert headway("db", "check", "-o", "json", **here).json["fits"] is True


def test_a_key_of_another_cluster(headway: Command, tmp_path: Path) -> None:
    headway("variables", "set", "a", "b")
    done = headway("variables", "get", "a", HOME=str(tmp_path / "other"))
    assert done.status == 1
    assert done.error.startswith("error: this host has no key")


def test_ctrl_c_is_quiet(headway: Command, stage: Stage) -> None:
    stage.start()
    stage.queue("extract")
    stage.log(stage.claim("extract"), "begun\n")
    following = headway.start("tasks", "logs", DAG, "extract", "-f")
    assert following.stdout is not None
    assert following.stdout.readline().startswith("── try 1")
    following.send_signal(signal.SIGINT)
    out, err = following.communicate(timeout=60)
    assert following.returncode == 130
    assert err == ""
    assert "Traceback" not in out


def test_queues_are_watched_until_ctrl_c(headway: Command, stage: Stage) -> None:
    watching = headway.start("queues", "--watch")
    assert watching.stdout is not None
    lines = [watching.stdout.readline() for _ in range(6)]
    assert [line.split()[0] for line in lines] == ["QUEUE", "default", "high_cpu"] * 2, "two looks"
    watching.send_signal(signal.SIGINT)
    _, err = watching.communicate(timeout=60)
    assert (watching.returncode, err) == (0, "")
    assert headway("queues", "--watch", "-o", "json").error == "error: --watch shows a table"


def test_a_test_of_a_connection_needs_a_worker(headway: Command, stage: Stage) -> None:
    assert headway("connections", "test", "nothing").error == "error: there is no connection 'nothing'"
    headway("connections", "set", "c", "--type", "http", "--host", "example.com")
    assert headway("connections", "test", "c").error == "error: no worker is running to test the connection"


def test_a_broken_pipe_is_quiet(headway: Command, stage: Stage) -> None:
    stage.start()
    stage.queue("extract")
    claimed = stage.claim("extract")
    offset = 0
    for _ in range(20):
        offset = stage.log(claimed, "x" * 20_000 + "\n", offset)
    stage.finish(claimed, log_bytes=offset)
    listing = subprocess.run(
        f"{sys.executable} -m headway tasks logs {DAG} extract | head -n 1",
        shell=True, capture_output=True, text=True, env=headway.environment, check=True,
    )  # fmt: skip
    assert listing.stdout.startswith("── try 1")
    assert listing.stderr == ""


def test_info_and_config(headway: Command) -> None:
    told = headway("info", "-o", "json")
    assert told.status == 0
    assert told.json["metastore"]["answers"]
    shown = {each["key"]: each for each in headway("config", "metastore", "-o", "json").json}
    assert shown["metastore.url"]["source"] == "HEADWAY_METASTORE__URL"
    assert ":***@" in shown["metastore.url"]["value"]
    assert headway("config", "metastor").remedy.startswith("remedy: did you mean")


def test_help_loads_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "headway", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.splitlines()}
    assert "typer" in loaded
    assert not loaded & {"alembic", "celery", "cryptography", "kombu", "pendulum", "psycopg", "redis", "sqlalchemy"}
