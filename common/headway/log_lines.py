"""How a line of a task's log looks, whoever writes it; where a log may be cut."""

from __future__ import annotations

from datetime import UTC, datetime

from headway.authoring.import_paths import with_own_names


def line(label: str, text: str) -> str:
    """One or several lines as they stand in a log: stamped, with the stream or level in front."""
    stamp = f"[{datetime.now(UTC).isoformat(timespec='milliseconds')}] {label} "
    return "".join(f"{stamp}{part}\n" for part in with_own_names(text).split("\n"))


def whole(data: bytes) -> bytes:
    """The beginning of a log that is cut anywhere, up to the end of a line or, if there is none, of a character."""
    return data[: data.rfind(b"\n") + 1] or data[: _last_character(data)]


def _last_character(data: bytes) -> int:
    """The length of ``data`` without a character that is cut at its end."""
    for back in range(1, min(4, len(data)) + 1):
        if data[-back] & 0b1100_0000 != 0b1000_0000:  # the first byte of the last character
            return len(data) - back
    return len(data)
