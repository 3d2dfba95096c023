"""Making virtual environments for tasks, and keeping them where a task asks for it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
import sys
import sysconfig
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from headway.authoring.exceptions import AirflowException
from headway.operators.shell import CommandProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

log = logging.getLogger("headway.task")

_READY = ".headway-ready"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a virtual environment consists of; ``requirements`` is the text of a requirements file.

    ``version`` is like "3.12", None for the worker's own. With ``system_site_packages`` it also sees the
    packages of the interpreter that it is made of, which for the worker's own version are the worker's.
    """

    version: str | None
    requirements: str
    system_site_packages: bool
    pip_options: tuple[str, ...] = ()
    index_urls: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """A folder's name; the same for the same recipe and worker."""
        content = json.dumps([asdict(self), sys.version, sys.prefix], sort_keys=True)
        return "venv-" + hashlib.sha256(content.encode()).hexdigest()[:16]


@contextmanager
def virtualenv(
    recipe: Recipe, scratch: str, cache: str | None, started: Callable[[CommandProcess], None]
) -> Iterator[str]:
    """The interpreter of a virtual environment: made in ``scratch``, or kept in the folder ``cache``.

    One that is kept is made by one task at a time; ``started`` hears of every program that runs for it.
    """
    if cache is None:
        yield _made(recipe, Path(scratch, "venv"), started)
        return
    folder = Path(cache, recipe.name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / _READY).exists():
            shutil.rmtree(folder, ignore_errors=True)
            _made(recipe, folder, started)
            (folder / _READY).touch()
    log.info("Using the virtual environment %s", folder)
    yield _interpreter(folder)


def _made(recipe: Recipe, folder: Path, started: Callable[[CommandProcess], None]) -> str:
    options = [] if recipe.requirements.strip() else ["--without-pip"]
    if recipe.system_site_packages:
        options.append("--system-site-packages")
    base = _base(recipe.version)
    _run([base, "-m", "venv", *options, str(folder)], dict(os.environ), started)
    if recipe.system_site_packages and base == sys.executable:
        _show_worker_packages(folder)
    if recipe.requirements.strip():
        _install(recipe, folder, started)
    return _interpreter(folder)


def _interpreter(folder: Path) -> str:
    return str(folder / "bin" / "python")


def _base(version: str | None) -> str:
    own = [str(part) for part in sys.version_info[:3]]
    if version is None or version.removeprefix("python") in (".".join(own[:parts]) for parts in (1, 2, 3)):
        return sys.executable
    found = shutil.which(version if version.startswith("python") else f"python{version}")
    if found is None:
        raise AirflowException(
            f"this host has no Python {version}", remedy="install it on every worker of the task's queue"
        )
    return found


def _show_worker_packages(folder: Path) -> None:
    """A worker that runs in a virtual environment keeps its packages there, and ``venv`` looks only at its base."""
    for target in (folder / "lib").glob("python*/site-packages"):
        path = sysconfig.get_path("purelib")
        (target / "headway-worker.pth").write_text(f"import site; site.addsitedir({path!r})\n")


def _install(recipe: Recipe, folder: Path, started: Callable[[CommandProcess], None]) -> None:
    listed = folder / "requirements.txt"
    listed.write_text(recipe.requirements)
    environment = dict(os.environ)
    if recipe.index_urls is not None:  # in a file: an index's password must not stand on a command line
        settings = folder / "pip.conf"
        settings.touch(mode=0o600)
        settings.write_text(_pip_settings(recipe.index_urls))
        environment["PIP_CONFIG_FILE"] = str(settings)
    command = [_interpreter(folder), "-m", "pip", "install", "--disable-pip-version-check"]
    _run([*command, *recipe.pip_options, "-r", str(listed)], environment, started)


def _pip_settings(urls: Sequence[str]) -> str:
    if not urls:
        return "[global]\nno-index = true\n"
    more = "".join(f"\n    {url}" for url in urls[1:])
    return f"[global]\nindex-url = {urls[0]}\n" + (f"extra-index-url ={more}\n" if more else "")


def _run(command: list[str], environment: Mapping[str, str], started: Callable[[CommandProcess], None]) -> None:
    process = CommandProcess(command, None, environment)
    started(process)
    with process:
        code, _ = process.wait()
    if code != 0:
        shown = " ".join(command[:4])
        raise AirflowException(
            f"the virtual environment could not be made: {shown} … ended with code {code}",
            remedy="the lines above are its output",
        )
