"""How a line of a task's log looks, whoever writes it."""

from __future__ import annotations

from datetime import UTC, datetime


def line(label: str, text: str) -> str:
    """One or several lines as they stand in a log: stamped, with the stream or level in front."""
    stamp = f"[{datetime.now(UTC).isoformat(timespec='milliseconds')}] {label} "
    return "".join(f"{stamp}{part}\n" for part in text.split("\n"))
