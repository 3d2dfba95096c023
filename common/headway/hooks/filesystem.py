"""``FSHook``: a folder that a connection names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from headway.authoring.exceptions import AirflowNotFoundException
from headway.hooks.base import BaseHook


class FSHook(BaseHook):
    """The folder in the ``path`` of a connection's extra fields, on the host where the task runs.

    The default connection ``fs_default`` need not exist: it then stands for the root folder.
    """

    conn_type = "fs"
    conn_name_attr = "fs_conn_id"
    default_conn_name = "fs_default"
    hook_name = "File (path)"

    def __init__(self, fs_conn_id: str = default_conn_name, conn_id: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fs_conn_id = conn_id or fs_conn_id
        self.basepath = str(self._extra().get("path", ""))

    def get_conn(self) -> None:
        """Nothing: a folder needs no client."""

    def get_path(self) -> str:
        """The folder; an empty text when the connection names none."""
        return self.basepath

    def test_connection(self) -> tuple[bool, str]:
        """Whether the folder exists on this host, and a sentence about it."""
        folder = self.basepath or "/"
        exists = Path(folder).is_dir()
        return exists, f"{folder} is a folder here" if exists else f"there is no folder {folder} on this host"

    def _extra(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self.get_connection(self.fs_conn_id).extra_dejson
        except AirflowNotFoundException:
            if self.fs_conn_id != self.default_conn_name:
                raise
            return {}
        return found
