"""Flower, the Celery monitor, on Headway's Celery app: behind a password, read-only unless told otherwise."""

from __future__ import annotations

import os

from headway.settings import Settings, load_settings
from headway.standalone.join import kept_secret, new_password

_INSPECT_TIMEOUT_MS = 5000.0  # Flower's second is too short on a loaded host
_FORGET_OFFLINE_AFTER = 600  # seconds that a worker is still shown after its end


def flower() -> None:
    """Watch queues, workers and tasks in the browser.

    Asks for a user and a password; unless flower.password is set, one is made and kept in flower.password in
    the Headway home. Workers cannot be controlled unless flower.read_only is false.

    Example: headway flower
    """
    run_flower(load_settings())


def flower_password(settings: Settings) -> str:
    """The password that the settings name, else the one kept in the home (made at the first call)."""
    return settings.flower.password.get_secret_value() or kept_secret(settings.home / "flower.password", new_password())


def run_flower(settings: Settings) -> None:
    """Serve Flower until SIGTERM or SIGINT."""
    from flower import command  # also defines the options
    from tornado.options import options

    from headway.broker.celery_app import make_app
    from headway.flower_app import AttentiveFlower

    os.environ["FLOWER_UNAUTHENTICATED_API"] = "false"
    os.chdir(settings.home)  # Flower reads flowerconfig.py where it runs
    options.address = settings.flower.address
    options.port = settings.flower.port
    options.basic_auth = [f"{settings.flower.user}:{flower_password(settings)}"]
    options.read_only = settings.flower.read_only
    options.inspect_timeout = _INSPECT_TIMEOUT_MS
    options.purge_offline_workers = _FORGET_OFFLINE_AFTER
    command.Flower = AttentiveFlower  # what the command makes
    app = make_app(settings, queues=settings.worker.queues)
    app.start(argv=[command.flower.name])
