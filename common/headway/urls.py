"""What URLs of servers say, without giving their secrets away."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from headway.authoring.sensitive import is_sensitive

#: What people see in the place of a secret.
MASK = "***"

_PAIR = re.compile(r"([^&=]+)=([^&]+)")


def has_readable_port(url: str) -> bool:
    """Whether the port of a URL, if it names one, is a number that a port can be."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def hide_password(url: str) -> str:
    """A URL with its password masked, also one in its query; nothing is shown of one that cannot be read."""
    try:
        parts = urlsplit(url)
        has_password = parts.password is not None
    except ValueError:
        return MASK
    query = _PAIR.sub(_without_secret, parts.query)
    if not has_password:
        return url if query == parts.query else urlunsplit(parts._replace(query=query))
    account, _, address = parts.netloc.rpartition("@")
    user = account.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{user}:{MASK}@{address}", query=query))


def _without_secret(pair: re.Match[str]) -> str:
    return f"{pair[1]}={MASK}" if is_sensitive(pair[1]) else pair[0]
