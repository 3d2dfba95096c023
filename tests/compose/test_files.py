"""What can be said of the files and the image before anything runs."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from headway.settings import WorkerSettings
from support.compose import ROOT, Project, docker

SECRETS = ("POSTGRES_PASSWORD", "VALKEY_PASSWORD", "FLOWER_PASSWORD", "ADMIN_PASSWORD", "HEADWAY_KEY")
OVERRIDES = ("deploy/compose/rabbitmq.yaml", "deploy/compose/external.yaml")
HERE = {name: os.environ[name] for name in ("PATH", "DOCKER_HOST", "DOCKER_CONFIG") if name in os.environ}
OWN_MEGABYTES = 170  # what the image may add to its base: the UI, the API and what they stand on are 20 of it


def config(*files: str, **env: str) -> subprocess.CompletedProcess[str]:
    """What Compose makes of the files with nothing but ``env`` set."""
    named = [word for file in ("compose.yaml", *files) for word in ("--file", str(ROOT / file))]
    return subprocess.run(
        ["docker", "compose", "--env-file", "/dev/null", *named, "config", "--format", "json"],
        check=False, capture_output=True, text=True, timeout=60, env={**HERE, **env},
    )  # fmt: skip


def services(*files: str, **env: str) -> dict[str, Any]:
    done = config(*files, **{**dict.fromkeys(SECRETS, "word"), **env})
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["services"]
    return found


@pytest.mark.parametrize("secret", SECRETS)
def test_compose_refuses_to_start_without_a_secret(secret: str) -> None:
    done = config(**{name: "" if name == secret else "word" for name in SECRETS})
    assert done.returncode != 0
    assert f"{secret} is missing a value: must be set in .env" in done.stderr


def test_every_service_comes_back_is_watched_and_rotates_its_log() -> None:
    for files in ((), OVERRIDES[:1]):
        for name, service in services(*files, RABBITMQ_PASSWORD="word").items():
            assert service["restart"] == ("on-failure" if name == "migrate" else "unless-stopped"), name
            assert service["logging"]["driver"] == "local", name
            assert "healthcheck" in service or name == "migrate", name


def test_only_what_people_look_at_has_a_port_and_only_on_loopback() -> None:
    ports = {name: service["ports"] for name, service in services().items() if service.get("ports")}
    assert set(ports) == {"web", "flower"}
    assert {port["host_ip"] for open_ones in ports.values() for port in open_ones} == {"127.0.0.1"}


def test_drained_tasks_have_their_grace_before_docker_kills() -> None:
    settings = WorkerSettings()
    for name in ("worker", "worker-high-cpu"):
        assert services()[name]["stop_grace_period"] == "1m30s"
    assert settings.drain_grace + settings.kill_grace < 90


def test_an_override_takes_the_place_of_servers() -> None:
    on_rabbitmq = services(OVERRIDES[0], RABBITMQ_PASSWORD="word")
    assert "valkey" not in on_rabbitmq
    assert set(on_rabbitmq["worker"]["depends_on"]) == {"migrate", "rabbitmq"}
    elsewhere = services(OVERRIDES[1], METASTORE_URL="postgresql://elsewhere/x", BROKER_URL="redis://elsewhere")
    assert set(elsewhere) == {"migrate", "scheduler", "triggerer", "worker", "worker-high-cpu", "web", "flower"}
    for service in elsewhere.values():
        assert service["environment"]["HEADWAY_METASTORE__URL"] == "postgresql://elsewhere/x"
        assert service["environment"]["HEADWAY_BROKER__URL"] == "redis://elsewhere"


def test_the_image_is_small_without_root_and_without_what_built_it(project: Project) -> None:
    plain = dict(project.env, HEADWAY_PACKAGES="", HEADWAY_VERSION="bare")
    files = [word for name in ("compose.yaml", "tests/compose/test.yaml") for word in ("--file", str(ROOT / name))]
    docker("compose", *files, "build", "--quiet", env=plain)
    image, base = (json.loads(docker("image", "inspect", name))[0] for name in ("headway:bare", "python:3.11-slim"))
    assert image["Config"]["User"] == "headway"
    assert (image["Size"] - base["Size"]) / 1e6 < OWN_MEGABYTES
    modules = docker("run", "--rm", "--entrypoint", "ls", "headway:bare", "/opt/headway/lib/python3.11/site-packages")
    assert not {"pip", "hatchling", "pytest", "pandas"} & set(modules.split())


def test_the_image_holds_no_secret(project: Project) -> None:
    image = docker("image", "inspect", "headway:test") + docker("history", "--no-trunc", "headway:test")
    assert not [name for name, value in project.env.items() if name in SECRETS and value in image]
