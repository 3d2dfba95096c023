"""A private RabbitMQ: Debian's package run by us, on ports, a node name and a data folder of its own.

Virtual hosts are loaded at the start, because making one later takes a second each.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import kombu

from headway.standalone.process import Command, Process
from headway.standalone.server import free_port
from support.waiting import wait_for

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # /usr/sbin has a wrapper that wants root
EPMD = Path("/usr/bin/epmd")
VHOSTS = 25


class RabbitMQ:
    """One broker node and its port mapper, both children of the test process."""

    def __init__(self, folder: Path) -> None:
        if not SERVER.exists():
            raise AssertionError("RabbitMQ is missing: apt-get install rabbitmq-server")
        self.folder = folder
        self.port = free_port()
        self._password = secrets.token_urlsafe(12)
        self._given = 0
        self._mapper_port = str(free_port())
        self._mapper = Process(self._command("epmd", [str(EPMD), "-address", "127.0.0.1", "-port", self._mapper_port]))
        self._server = Process(self._command("rabbitmq", [str(SERVER)]))

    def start(self) -> None:
        """Start both and wait until the broker takes a connection."""
        self._configure()
        self._mapper.start()
        self._server.start()
        try:
            wait_for(self._answers, 180, "RabbitMQ")
        except AssertionError as error:
            words = self._server.log_tail(30)
            self.stop()
            raise AssertionError(f"{error}\n{words}") from None

    def stop(self) -> None:
        """Kill both: nothing in them is kept."""
        self._server.stop(0)
        self._mapper.stop(0)

    def restart(self) -> None:
        """Stop the broker without warning and start it on the same data."""
        self._server.stop(0)
        self._server.start()
        wait_for(self._answers, 180, "RabbitMQ")

    def fresh_url(self) -> str:
        """The URL of a virtual host that nobody has used yet."""
        self._given += 1
        assert self._given < VHOSTS, "raise VHOSTS"
        return self._url(f"t{self._given}")

    def _url(self, vhost: str) -> str:
        return f"amqp://headway:{self._password}@127.0.0.1:{self.port}/{vhost}"

    def _answers(self) -> bool:
        assert not self._server.wait(0), f"RabbitMQ ended:\n{self._server.log_tail(30)}"
        try:
            with kombu.Connection(self._url("t0"), connect_timeout=2) as connection:
                connection.connect()
        except OSError:
            return False
        return True

    def _configure(self) -> None:
        vhosts = [f"t{number}" for number in range(VHOSTS)]
        rights = {"user": "headway", "configure": ".*", "write": ".*", "read": ".*"}
        definitions = {
            "users": [{"name": "headway", "password": self._password, "tags": "administrator"}],
            "vhosts": [{"name": name} for name in vhosts],
            "permissions": [{"vhost": name, **rights} for name in vhosts],
        }
        (self.folder / "definitions.json").write_text(json.dumps(definitions))
        (self.folder / "plugins").write_text("[].\n")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            f"load_definitions = {self.folder}/definitions.json\n"
            "disk_free_limit.absolute = 20MB\n"
            "log.console.level = warning\n"
        )

    def _command(self, name: str, argv: list[str]) -> Command:
        return Command(name, argv, log=self.folder / f"{name}.log", env=self._environment(), cwd=self.folder)

    def _environment(self) -> dict[str, str]:
        own = {
            "HOME": self.folder,
            "ERL_EPMD_PORT": self._mapper_port,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"headway{self.port}@localhost",
            "RABBITMQ_DIST_PORT": free_port(),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": self.folder / "rabbitmq.conf",
            "RABBITMQ_GENERATED_CONFIG_DIR": self.folder / "generated",
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.folder / "plugins",
            "RABBITMQ_MNESIA_BASE": self.folder / "mnesia",
            "RABBITMQ_LOG_BASE": self.folder,
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": self.folder / "pid",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none +S 1:1",
        }
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            **{key: str(value) for key, value in own.items()},
        }
