"""``FileSensor``: waits for a file or folder on the host where it runs."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from glob import iglob
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from headway.hooks.filesystem import FSHook
from headway.sensors.base import BaseSensorOperator
from headway.triggers.filesystem import FileTrigger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headway.authoring.context import Context
    from headway.triggers.base import BaseTrigger


class FileSensor(BaseSensorOperator):
    """Waits for a file, or a folder with a file in it, that ``filepath`` names.

    The path may hold ``*``, ``?`` and, with ``recursive``, ``**``; it is taken from the folder of the
    connection ``fs_conn_id``. Workers on several hosts see the file only on a disk that they share.
    """

    template_fields: ClassVar[Sequence[str]] = ("filepath",)

    def __init__(
        self,
        *,
        filepath: str | os.PathLike[str],
        fs_conn_id: str = "fs_default",
        recursive: bool = False,
        start_from_trigger: bool = False,
        trigger_kwargs: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filepath = os.fspath(filepath) if isinstance(filepath, os.PathLike) else filepath
        self.fs_conn_id = fs_conn_id
        self.recursive = recursive

    @property
    def path(self) -> str:
        """The whole path or pattern; known while the task runs."""
        return str(Path(FSHook(self.fs_conn_id).get_path(), self.filepath))

    def poke(self, context: Context) -> bool:
        """Whether there is such a file now."""
        pattern = self.path
        self.log.info("Looking for %s", pattern)
        return any(self._counts(Path(found)) for found in iglob(pattern, recursive=self.recursive))  # noqa: PTH207

    def make_trigger(self, context: Context) -> BaseTrigger:
        """Looks for the same path on the triggerer's host."""
        return FileTrigger(filepath=self.path, recursive=self.recursive, poke_interval=self.poke_interval)

    def _counts(self, found: Path) -> bool:
        if not found.is_file():
            return any(files for _, _, files in os.walk(found))
        changed = datetime.fromtimestamp(found.stat().st_mtime, UTC)
        self.log.info("Found %s, last changed %s", found, changed.isoformat(timespec="seconds"))
        return True
