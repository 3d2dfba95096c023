"""Where a bundle's root is, and which of its files belong to the bundle."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from headway.bundles.ignore import IgnoreRules, IgnoreTree
from headway.errors import BundleError
from headway.settings import Settings

IGNORE_FILE = ".headwayignore"

#: Folders whose presence beside the DAG folder makes their common parent the root.
PROJECT_FOLDERS = ("plugins", "include", "src")

#: What no bundle takes along unless a ``.headwayignore`` takes it back in with ``!``.
LEFT_OUT = IgnoreRules.globs("""
.git
.hg
.svn
.venv/
.tox/
.nox/
.headway/
node_modules/
__pycache__/
*.egg-info/
.cache/
.*_cache/
.ipynb_checkpoints/
.idea/
.vscode/
*.py[co]
.DS_Store
.#*
*.sw[op]
*~
.env
.env.*
.netrc
.pgpass
.pypirc
*.pem
*.key
*.p12
*.pfx
*.jks
*.keystore
id_rsa
id_dsa
id_ecdsa
id_ed25519
headway.toml
join.toml
""")


@dataclass(frozen=True, slots=True)
class Layout:
    """A bundle's root (absolute, links resolved) and the folder of DAG files in it.

    ``dag_folder`` is relative to the root, with ``/``; ``""`` when the root itself holds the DAG files.
    ``home`` is Headway's home where that lies in the root: its servers' data and fetched bundles are no DAG code.
    """

    root: Path
    dag_folder: str
    home: Path | None = None


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that belongs to the bundle; ``path`` is relative to the root, ``place`` is what to open."""

    path: str
    place: str
    status: os.stat_result


def find_layout(settings: Settings) -> Layout:
    """Find the root; raises ``BundleError`` when a folder is missing or the DAG folder is outside the root."""
    folder = _existing(settings.dag_folder, "the DAG folder", "dags.folder")
    if settings.dags.root is None:
        root = folder.parent if _is_project(folder.parent, settings.home) else folder
    else:
        root = _existing(settings.dags.root.expanduser().absolute(), "the bundle's root", "dags.root")
    if not folder.is_relative_to(root):
        raise BundleError(
            f"the DAG folder {folder} is not inside the bundle's root {root}",
            "set dags.root to a folder that holds the DAG folder, or leave it unset",
        )
    relative = folder.relative_to(root).as_posix()
    return Layout(root, "" if relative == "." else relative, _home_within(root, folder, settings.home.resolve()))


def files_of(layout: Layout) -> Iterator[FoundFile]:
    """Every file of the bundle, in no particular order.

    Links within the root are followed; one that leaves it raises ``BundleError``, and so does a folder
    that cannot be read. Sockets, devices and links to nothing are passed over.
    """
    return _Walk(layout).files(str(layout.root), "", ())


class _Walk:
    """One pass over the root; ``above`` are the real paths of the folders that the pass is in."""

    def __init__(self, layout: Layout) -> None:
        self._root = str(layout.root)
        self._home = str(layout.home)
        self._ignored = IgnoreTree(LEFT_OUT)

    def files(self, place: str, relative: str, above: tuple[str, ...]) -> Iterator[FoundFile]:
        if place == self._home:
            return
        entries = _entries(place, relative)
        names = {entry.name for entry in entries}
        if "pyvenv.cfg" in names:  # a virtual environment, whatever it is called
            return
        if IGNORE_FILE in names:
            text = (Path(place) / IGNORE_FILE).read_text(encoding="utf-8", errors="replace")
            self._ignored.add(relative, IgnoreRules.globs(text))
        inside = (*above, os.path.realpath(place))
        for entry in entries:
            path = f"{relative}/{entry.name}" if relative else entry.name
            if not self._ignored.ignores(path, folder=entry.is_dir()):
                yield from self._entry(entry, path, inside)

    def _entry(self, entry: os.DirEntry[str], path: str, above: tuple[str, ...]) -> Iterator[FoundFile]:
        try:
            status = entry.stat()
        except OSError:  # gone meanwhile, or a link to nothing
            return
        if entry.is_symlink():
            self._refuse_leaving(entry.path, path)
        if stat.S_ISDIR(status.st_mode):
            if not entry.is_symlink() or os.path.realpath(entry.path) not in above:  # no circles
                yield from self.files(entry.path, path, above)
        elif stat.S_ISREG(status.st_mode):
            _refuse_bad_name(path)
            yield FoundFile(path, entry.path, status)

    def _refuse_leaving(self, place: str, path: str) -> None:
        target = os.path.realpath(place)
        if target != self._root and not target.startswith(self._root + "/"):
            raise BundleError(
                f"{path} is a link to {target}, outside the bundle's root {self._root}",
                f"put the file itself there, list it in {IGNORE_FILE}, or set dags.root to a folder that holds both",
            )


def _refuse_bad_name(path: str) -> None:
    try:
        path.encode()
    except UnicodeEncodeError:
        raise BundleError(
            f"the name of the file {path!r} is not UTF-8", f"rename it, or list its folder in {IGNORE_FILE}"
        ) from None


def _entries(place: str, relative: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as found:
            return list(found)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BundleError(
            f"the folder {relative or place} cannot be read: {error.strerror}",
            f"let the scheduler's user read it, or list it in {IGNORE_FILE}",
        ) from None


def _existing(folder: Path, what: str, setting: str) -> Path:
    if not folder.is_dir():
        raise BundleError(f"{what} {folder} does not exist", f"make it, or set {setting} to the right folder")
    return folder.resolve()


def _home_within(root: Path, folder: Path, home: Path) -> Path | None:
    holds_the_dags = folder.is_relative_to(home)  # as in the default, ~/.headway/dags
    return home if home.is_relative_to(root) and not holds_the_dags else None


def _is_project(parent: Path, home: Path) -> bool:
    """Whether ``parent`` is a project; home folders may hold ``src/`` too, but are none."""
    if parent in (Path.home().resolve(), home.resolve(), Path(parent.anchor)):
        return False
    return any((parent / name).is_dir() for name in PROJECT_FOLDERS)
