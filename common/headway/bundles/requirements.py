"""A bundle's ``requirements.txt``: what a host must have installed to run its tasks."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from headway.errors import BundleError

FILE = "requirements.txt"


def check_requirements(root: Path, dag_folder: str = "") -> None:
    """Raise ``BundleError`` unless this host has everything that the bundle asks for.

    Looks at ``requirements.txt`` in the root and in the DAG folder, and at files that they include with
    ``-r``. The error names every missing package, the host and the command that installs them.
    """
    files = [path for path in dict.fromkeys((root / FILE, root / dag_folder / FILE)) if path.is_file()]
    missing = [fault for file in files for fault in _missing(file, root, frozenset())]
    if missing:
        commands = " && ".join(f"pip install -r {file}" for file in files)
        raise BundleError(
            f"host {socket.gethostname()} lacks what the bundle's {FILE} asks for: {'; '.join(missing)}",
            f"on that host, in the environment of its worker: {commands}",
        )


def _missing(file: Path, root: Path, seen: frozenset[Path]) -> Iterator[str]:
    for line in _lines(file):
        option, _, value = line.partition(" ")
        if option in ("-r", "--requirement"):
            included = (file.parent / value.strip()).resolve()
            if included.is_file() and included not in seen and included.is_relative_to(root.resolve()):
                yield from _missing(included, root, seen | {included})
        elif not line.startswith("-"):
            fault = _fault(line)
            if fault:
                yield fault


def _lines(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8", errors="replace").replace("\\\n", " ")
    for line in text.splitlines():
        plain = line.split(" #")[0].strip()
        if plain and not plain.startswith("#"):
            yield plain.split(" --")[0].strip()  # hashes and other options of one requirement


def _fault(line: str) -> str:
    """What is wrong with one requirement, ``""`` when it is met or is no plain requirement (a path, a URL)."""
    try:
        wanted = Requirement(line)
    except InvalidRequirement:
        return ""
    if wanted.marker is not None and not wanted.marker.evaluate():
        return ""
    try:
        found = metadata.version(wanted.name)
    except metadata.PackageNotFoundError:
        return f"{wanted.name}{wanted.specifier} (not installed)"
    if wanted.specifier.contains(found, prereleases=True):
        return ""
    return f"{wanted.name}{wanted.specifier} (installed: {found})"
