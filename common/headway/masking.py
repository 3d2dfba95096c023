"""Secrets out of log text: every form in which a known secret may appear becomes ``***``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from headway.urls import MASK

_SHORTEST = 3  # masking shorter values would make logs unreadable and guessable


class Masker:
    """The secrets that one child has come across; it keeps them to its end."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, secret: str) -> None:
        """Mask ``secret`` from now on, each line of it by itself."""
        forms = {form for form in _forms(secret) if len(form) >= _SHORTEST}
        if not forms <= self._forms:
            self._forms |= forms
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def __call__(self, text: str) -> str:
        """``text`` with every known secret masked."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    @property
    def longest(self) -> int:
        """Characters of the longest form: what a cut line must hold back."""
        return max(map(len, self._forms), default=0)


def _forms(secret: str) -> Iterator[str]:
    for line in secret.splitlines():
        yield line.strip()
        yield quote(line, safe="")
        yield quote_plus(line)
        yield json.dumps(line)[1:-1]
        yield repr(line)[1:-1]
