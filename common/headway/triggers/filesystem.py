"""``FileTrigger``: waits for a file on the host of the triggerer, or on a disk that it shares."""

from __future__ import annotations

import asyncio
import os
from glob import iglob
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headway.triggers.base import BaseTrigger, TriggerEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class FileTrigger(BaseTrigger):
    """Fires when ``filepath``, which may hold ``*``, ``?`` and with ``recursive`` ``**``, names a file.

    A folder counts once there is a file in it. It looks every ``poke_interval`` seconds.
    """

    def __init__(self, filepath: str, recursive: bool = False, poke_interval: float = 5.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.filepath = os.fspath(filepath)
        self.recursive = recursive
        self.poke_interval = poke_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The path and how often it looks."""
        arguments = {"filepath": self.filepath, "recursive": self.recursive, "poke_interval": self.poke_interval}
        return "headway.triggers.filesystem.FileTrigger", arguments

    @property
    def waits_for(self) -> str:
        """The path."""
        return f"file {self.filepath}"

    def is_there(self) -> bool:
        """Whether there is such a file now."""
        return file_is_there(self.filepath, recursive=self.recursive)

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look again and again."""
        while not await asyncio.to_thread(self.is_there):
            await asyncio.sleep(self.poke_interval)
        self.log.info("%s is there", self.filepath)
        yield TriggerEvent(True)


def file_is_there(pattern: str, *, recursive: bool) -> bool:
    """Whether a pattern names a file, or a folder with a file in it at any depth."""
    return any(_counts(Path(found)) for found in iglob(pattern, recursive=recursive))  # noqa: PTH207


def _counts(found: Path) -> bool:
    return found.is_file() or any(files for _, _, files in os.walk(found))
