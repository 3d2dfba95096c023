"""Near names, for a person who has mistyped one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """``did you mean …?`` with the names that look like ``name``; empty when none does."""
    lower = {each.lower(): each for each in known}
    found = difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.55)
    return f"did you mean {' or '.join(repr(lower[each]) for each in found)}?" if found else ""
