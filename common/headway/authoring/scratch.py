"""Temporary folders and files that bear the name of their attempt: whoever finds a killed task can remove what it left.

An attempt that ends in order removes its own. A worker removes those of attempts that were killed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from headway.authoring.runtime import MARKER_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

_START = "headway-"


@contextmanager
def scratch_folder(purpose: str) -> Iterator[str]:
    """A new folder that is deleted behind the block; ``purpose`` is a short word for its name."""
    with tempfile.TemporaryDirectory(prefix=scratch_prefix(purpose)) as folder:
        yield folder


def scratch_prefix(purpose: str) -> str:
    """How the names of this attempt's temporary folders and files begin."""
    attempt, incarnation = (os.environ.get(name, "") for name in MARKER_VARIABLES)
    return f"{_name(incarnation, attempt)}{purpose}-"


def remove_scratch(incarnation: str, attempt: str = "") -> None:
    """Remove what attempts of one worker's start have left; ``attempt`` (``ti.dispatch``) limits it to one."""
    for path in Path(tempfile.gettempdir()).glob(f"{_name(incarnation, attempt)}*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _name(incarnation: str, attempt: str) -> str:
    return _START + "".join(f"{part}-" for part in (incarnation, attempt) if part)
