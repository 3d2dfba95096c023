"""The join file: all that a host needs to take part in a cluster, besides the installed package."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from headway.standalone.server import write_private

if TYPE_CHECKING:
    from pathlib import Path


def write_join_file(path: Path, *, metastore: str, broker: str, key: str) -> None:
    """Write the two URLs and the key as settings, for the owner's eyes only."""
    text = (
        "# How a node takes part in this cluster. It holds passwords: keep it 0600 and off command lines.\n"
        f"[metastore]\nurl = {json.dumps(metastore)}\n\n"
        f"[broker]\nurl = {json.dumps(broker)}\n\n"
        f"[security]\nkey = {json.dumps(key)}\n"
    )
    write_private(path, text)


def kept_secret(path: Path, fresh: str) -> str:
    """The secret in the file at ``path``; ``fresh`` becomes it when there is none yet."""
    if not path.exists():
        write_private(path, f"{fresh}\n")
    return path.read_text().strip()


def new_password() -> str:
    """A password that a person can copy."""
    return secrets.token_urlsafe(12)
