"""DAG files inside zip files: the Python files at the top of ``dags.zip`` are loaded as if they lay in a folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path


def is_zip(path: str | Path) -> bool:
    """Whether the name is that of a zip file."""
    return str(path).endswith(".zip")


def zipped_sources(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The Python files at the top of a zip file, by name; none when it is no zip file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".py") and "/" not in name and name != "__init__.py":
                    yield name, archive.read(name)
    except (zipfile.BadZipFile, RuntimeError):  # RuntimeError: it is encrypted
        return
