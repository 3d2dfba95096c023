"""A project of Docker Compose as a user has it: the repository's compose file, an ``.env``, the real commands."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from support.waiting import wait_for

ROOT = Path(__file__).parents[2]
_PATIENCE = 300
_PAUSE = 0.5  # a look into a container costs more than one into a file


def docker(*words: str, stdin: str = "", check: bool = True, env: dict[str, str] | None = None) -> str:
    """What ``docker`` prints; fails with its error when it fails."""
    done = subprocess.run(
        ["docker", *words],
        check=False, capture_output=True, text=True, input=stdin, timeout=_PATIENCE, env={**os.environ, **(env or {})},
    )  # fmt: skip
    if check and done.returncode:
        raise AssertionError(f"docker {' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


class Project:
    """One project; ``files`` are Compose files below the repository, ``settings`` more lines of its ``.env``."""

    def __init__(self, folder: Path, files: Sequence[str], **settings: str) -> None:
        self.folder = folder
        self.name = f"headway-test-{secrets.token_hex(3)}"
        self.address = os.environ.get("LAB_HOST", "127.0.0.1")
        self.marks = folder / "marks"
        self.marks.mkdir()
        self.marks.chmod(0o777)  # tasks run as another user
        self.secrets = {name: secrets.token_urlsafe(18) for name in _PASSWORDS}
        self.env = {
            **self.secrets,
            "HEADWAY_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "HEADWAY_VERSION": "test",  # of the image, so that a person's own stays
            "HEADWAY_BIND": self.address,
            "HEADWAY_UI": str(ROOT / "web" / "headway_web" / "ui"),  # made by `make ui`: the builder may have no Node
            "HEADWAY_PACKAGES": "headway[examples]",
            "MARKS": str(self.marks),
            **_offline(),
            **settings,
        }
        file = folder / ".env"
        file.write_text("".join(f"{name}={value}\n" for name, value in self.env.items()))
        self._command = ["compose", "--project-name", self.name, "--env-file", str(file)]
        for each in files:
            self._command += ["--file", str(ROOT / each)]

    def compose(self, *words: str, stdin: str = "") -> str:
        """What ``docker compose`` prints."""
        return docker(*self._command, *words, stdin=stdin)

    def up(self, *words: str) -> None:
        """Start what is not running and wait until all of it is healthy."""
        try:
            self.compose("up", "--detach", "--wait", "--wait-timeout", "150", *words)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.compose('logs', '--tail', '40')}") from None

    def remove(self) -> None:
        """End everything and forget its data."""
        self.compose("down", "--volumes", "--timeout", "5")

    def containers(self, service: str = "") -> list[dict[str, Any]]:
        """The running containers, of one service or all, as ``docker compose ps`` tells of them."""
        lines = self.compose("ps", "--format", "json", *([service] if service else [])).splitlines()
        return [json.loads(line) for line in lines]

    def hosts(self, service: str) -> set[str]:
        """The host names of a service's containers: their short ids."""
        return {container["ID"][:12] for container in self.containers(service)}

    def headway(self, *words: str, stdin: str = "") -> str:
        """What a ``headway`` command prints in the scheduler's container."""
        return self.compose("exec", "-T", "scheduler", "headway", *words, stdin=stdin)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What the metastore holds."""
        wrapped = f"SELECT coalesce(json_agg(q), '[]') FROM ({query}) AS q"
        psql = ("exec", "-T", "postgres", "psql", "-U", "headway", "-AtX", "-c", wrapped)
        found: list[dict[str, Any]] = json.loads(self.compose(*psql))
        return found

    def flower(self, path: str, *, user: str = "headway", password: str | None = None, post: bool = False) -> Any:
        """What Flower's API answers at ``path``; raises ``urllib.error.HTTPError`` when it refuses."""
        word = self.secrets["FLOWER_PASSWORD"] if password is None else password
        login = b64encode(f"{user}:{word}".encode()).decode()
        url = f"http://{self.address}:{self.env.get('FLOWER_PORT', '5555')}{path}"
        request = Request(url, data=b"" if post else None, headers={"Authorization": f"Basic {login}"})
        with urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def flower_queues(self) -> dict[str, int]:
        """The queues that Flower shows, with the messages in each."""
        found = self.flower("/api/queues/length")["active_queues"]
        return {queue["name"]: queue["messages"] for queue in found}

    def parsed(self, *dags: str) -> None:
        """Wait until the scheduler has read these DAGs."""
        known = "SELECT dag_id FROM dag"
        wait_for(lambda: set(dags) <= {row["dag_id"] for row in self.rows(known)}, 60, "the DAGs", pause=_PAUSE)

    def run(self, dag: str, run_id: str) -> Run:
        """Start a run."""
        self.headway("dags", "trigger", dag, "--run-id", run_id, "--unpause")
        return Run(self, dag, run_id)


class Run:
    """One run, seen in the metastore and in the marks that its tasks leave."""

    def __init__(self, project: Project, dag: str, run_id: str) -> None:
        self.project, self.dag, self.id = project, dag, run_id

    def marks(self, event: str) -> list[dict[str, Any]]:
        """The lines that tasks have written at their ``begin`` or ``end``."""
        try:
            lines = (self.project.marks / f"{self.id}.jsonl").read_text().splitlines()
        except FileNotFoundError:
            return []
        return [mark for mark in map(json.loads, lines) if mark["event"] == event]

    def begun(self, count: int, seconds: float = 60) -> list[dict[str, Any]]:
        """The marks of beginnings, as soon as there are ``count``."""
        try:
            wait_for(lambda: len(self.marks("begin")) >= count, seconds, f"{count} beginnings of {self.id}")
        except AssertionError as error:
            told = self.standing()
            self.go()  # else its tasks keep the places that the next test needs
            raise AssertionError(f"{error}\n{told}") from None
        return self.marks("begin")

    def standing(self) -> str:
        """Who does what: to read when work does not begin."""
        claims = "SELECT t.task_id, c.* FROM claim c JOIN task_instance t ON t.id = c.ti_id"
        nodes = "SELECT * FROM node ORDER BY started_at DESC LIMIT 16"
        return "\n".join(
            (
                f"begun: {self.marks('begin')}",
                f"tasks: {self.tasks()}",
                f"claims: {self.project.rows(claims)}",
                f"nodes: {self.project.rows(nodes)}",
                self.project.headway("queues"),
                self.project.compose("logs", "--tail", "30"),
            )
        )

    def go(self) -> None:
        """Tell its tasks that they may end."""
        (self.project.marks / f"{self.id}.go").touch()

    def ended(self, seconds: float = 120) -> str:
        """The state in which it has ended."""
        wait_for(lambda: self._state() not in ("queued", "running"), seconds, f"the end of {self.id}", pause=_PAUSE)
        return self._state()

    def faults(self) -> str:
        """Its tasks' states and the errors of its attempts: what to read when it did not succeed."""
        errors = self.project.rows(
            "SELECT task_id, a.try_number, outcome, a.hostname, a.error FROM task_attempt a"
            " JOIN task_instance i ON i.id = a.ti_id JOIN dag_run r ON r.id = i.run_id"
            f" WHERE {self._mine} AND a.error IS NOT NULL ORDER BY a.started_at"
        )
        return f"{self.id}: {self.tasks()} {errors}"

    def succeeded(self, seconds: float = 120) -> None:
        """Wait for its end and check it: each task has one accepted success, at its first try."""
        assert self.ended(seconds) == "success", self.faults()
        assert set(self.tasks().values()) == {"success"}
        attempts = self.attempts()
        accepted = [attempt["task"] for attempt in attempts if attempt["outcome"] == "success"]
        assert sorted(accepted) == sorted(self.tasks())
        assert {attempt["try"] for attempt in attempts} == {1}
        assert self.project.rows("SELECT ti_id FROM claim") == []

    def attempts(self) -> list[dict[str, Any]]:
        """Every claimed dispatch of its tasks: task, try, outcome, host, queue."""
        return self.project.rows(
            "SELECT task_id AS task, a.try_number AS try, outcome, a.hostname AS host, a.queue FROM task_attempt a"
            f" JOIN task_instance i ON i.id = a.ti_id JOIN dag_run r ON r.id = i.run_id WHERE {self._mine}"
            " ORDER BY a.started_at"
        )

    def tasks(self) -> dict[str, str]:
        """The state of each of its tasks."""
        found = self.project.rows(
            f"SELECT task_id, i.state FROM task_instance i JOIN dag_run r ON r.id = i.run_id WHERE {self._mine}"
        )
        return {row["task_id"]: row["state"] for row in found}

    def _state(self) -> str:
        return str(self.project.rows(f"SELECT state FROM dag_run r WHERE {self._mine}")[0]["state"])

    @property
    def _mine(self) -> str:
        return f"r.dag_id = '{self.dag}' AND r.run_id = '{self.id}'"


_PASSWORDS = ("POSTGRES_PASSWORD", "VALKEY_PASSWORD", "FLOWER_PASSWORD", "ADMIN_PASSWORD", "RABBITMQ_PASSWORD")


def _offline() -> dict[str, str]:
    wheels = os.environ.get("COMPOSE_TEST_WHEELS")
    return {"HEADWAY_WHEELS": wheels, "HEADWAY_NO_INDEX": "1", "HEADWAY_FIND_LINKS": "/wheels"} if wheels else {}
