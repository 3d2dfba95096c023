"""Names of objects in a log store: readable where ids are, harmless whatever they are.

``2026-01-31/<dag>/<run>/<task>[.<map index>]/try-1.<ti>-<dispatch>.<from>-<to>.log``. The keys of task instance and
dispatch make it unique; the rest is for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

_LONGEST = 120  # characters of one part: file systems allow 255 bytes, S3 1,024 for all of a key


@dataclass(frozen=True, slots=True)
class LogOwner:
    """The attempt that a log belongs to; ``day`` is the UTC day on which it started."""

    ti: int
    dispatch: int
    day: date
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    try_number: int


def key_of(owner: LogOwner, start: int, end: int) -> str:
    """The name of the object that holds the bytes from ``start`` up to ``end`` of a log."""
    task = _part(owner.task_id) + (f".{owner.map_index}" if owner.map_index >= 0 else "")
    name = f"try-{owner.try_number}.{owner.ti}-{owner.dispatch}.{start}-{end}.log"
    return "/".join((f"{owner.day}", _part(owner.dag_id), _part(owner.run_id), task, name))


def is_safe(key: str) -> bool:
    """Whether a key stays below its store's address."""
    return all(part not in ("", ".", "..") for part in key.split("/"))


def _part(text: str) -> str:
    encoded = quote(text, safe=":+=@,", errors="surrogatepass").replace("..", "%2E%2E")
    return ("%2E" + encoded[1:] if encoded.startswith(".") else encoded)[:_LONGEST]
