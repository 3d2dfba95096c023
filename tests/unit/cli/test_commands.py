"""The tree of commands: found without importing, each one teaches, typos are answered."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
import typer

from headway.cli import registry
from headway.cli.airflow_words import AIRFLOW_WORDS
from headway.cli.main import app, run

ROOT: Any = typer.main.get_command(app)


def all_commands() -> list[tuple[str, ...]]:
    """Every command as its words."""
    found: list[tuple[str, ...]] = []
    for entry in registry.all_entries():
        command = ROOT.find(entry.name)
        inner = getattr(command, "commands", None)
        found += [(entry.name, name) for name in inner] if inner else [(entry.name,)]
    return found


COMMANDS = all_commands()
NODES = ("demo", "standalone", "scheduler", "triggerer", "worker", "web", "flower")


def test_the_commands_are_all_there() -> None:
    expected = """
    demo, standalone, scheduler, triggerer, worker, flower, version, info, config, queues,
    db upgrade, db check, db clean,
    dags list, dags show, dags trigger, dags pause, dags unpause, dags runs, dags delete, dags errors,
    assets list, assets show, assets events, assets materialize,
    dags test, tasks test, tasks render, tasks rendered, airflow check, airflow import,
    dags hold, dags release, dags held, dags versions, dags diff, deadlines,
    backfill create, backfill list, backfill show, backfill pause, backfill resume, backfill cancel,
    runs rerun, runs mark, runs hold, runs release, runs note, runs delete,
    tasks list, tasks states, tasks logs, tasks clear, tasks mark, tasks kill, tasks hold, tasks release, tasks note,
    nodes list, nodes check, nodes drain, nodes join-file,
    triggers list, pools list, pools set, pools delete, variables list, variables get, variables set, variables delete,
    connections list, connections get, connections set, connections delete, connections test, rotate-fernet-key,
    web, users list, users create, users set-role, users set-password, users delete,
    tokens list, tokens create, tokens delete, db grant-worker
    """
    assert {" ".join(words) for words in COMMANDS} == {words.strip() for words in expected.split(",")}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_command_teaches(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "Usage: headway" in shown
    assert f"Example: headway {' '.join(words)}" in shown


@pytest.mark.parametrize(
    "words", [each for each in COMMANDS if each[0] not in NODES],
    ids=" ".join,
)  # fmt: skip
def test_each_command_that_shows_something_has_json(words: tuple[str, ...]) -> None:
    command = ROOT.find(words[0])
    if len(words) == 2:
        command = command.commands[words[1]]
    assert "--output" in {option for parameter in command.params for option in parameter.opts}


def test_a_group_without_a_command_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    assert "standalone" in capsys.readouterr().out
    assert run(["dags"]) == 0
    assert "trigger" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "error", "remedy"),
    [
        (["dag"], "there is no command `headway dag`", "did you mean 'dags'"),
        (["dags", "triger"], "there is no command `headway dags triger`", "did you mean 'trigger'"),
        (["xyzzy"], "there is no command `headway xyzzy`", "see `headway --help`"),
        (
            ["dags", "list-runs", "-d", "x"],
            "there is no command `headway dags list-runs`",
            "what Airflow calls so is `headw",
        ),
        (
            ["celery", "worker", "-q", "a"],
            "there is no command `headway celery`",
            "what Airflow calls so is `headway worker",
        ),
        (["initdb"], "there is no command `headway initdb`", "what Airflow calls so is `headway db upgrade`"),
        (["dags", "show"], "missing argument 'DAG'", "see `headway dags show --help`"),
        (["dags", "list", "--outptu", "json"], "no such option: --outptu", "see `headway dags list --help`"),
        (["dags", "list", "-o", "xml"], "invalid value for '--output' / '-o'", "see `headway dags list --help`"),
        (["pools", "set", "db", "many"], "invalid value for 'SLOTS'", "see `headway pools set --help`"),
        (["tasks", "hold", "d", "t", "--map-index", "3"], "one map index cannot be held", "leave --map-index out"),
        (["tasks", "release", "d", "t", "--map-index", "0"], "one map index cannot be held", "leave --map-index out"),
    ],
)
def test_wrong_usage_exits_with_2(
    words: list[str], error: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].lower().startswith(f"error: {error}".lower())
    assert lines[1].startswith(f"remedy: {remedy}")
    assert len(lines) == 2


@pytest.mark.parametrize("theirs", AIRFLOW_WORDS)
def test_what_airflow_has_other_words_for_is_a_command_here(theirs: str) -> None:
    words = tuple(theirs.split())
    assert words not in COMMANDS
    ours = tuple(AIRFLOW_WORDS[theirs].split())
    assert ours == ("--help",) or ours[:1] in COMMANDS or ours[:2] in COMMANDS


def test_the_help_imports_no_node_and_nothing_heavy() -> None:
    code = (
        "import sys; from headway.cli.main import run; run(['--help']);"
        "heavy = ('celery', 'kombu', 'sqlalchemy', 'psycopg', 'pydantic', 'headway_scheduler.node',"
        " 'headway_worker.cli', 'headway.standalone.cluster');"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_listing_dags_loads_neither_broker_nor_migrations() -> None:
    code = (
        "import sys; import headway.cli.dags, headway.cli.session;"
        "print([name for name in ('celery', 'kombu', 'redis', 'sqlalchemy', 'alembic', 'croniter', 'cryptography')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_command_whose_package_is_missing_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = registry.Entry("ghost", "headway_ghost.cli:command")
    monkeypatch.setattr(registry, "BUILT_IN", (*registry.BUILT_IN, missing))
    assert ROOT.find("ghost") is None
    assert ROOT.get_command(None, "ghost") is None


def test_help_lines_are_the_first_lines_of_docstrings() -> None:
    assert registry.Entry("json", "json:dumps").help_line() == (json.dumps.__doc__ or "").partition("\n")[0]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("headway ")
    assert run(["version", "-o", "json"]) == 0
    assert "version" in json.loads(capsys.readouterr().out)
