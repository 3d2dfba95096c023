"""What URLs of servers say, without giving their secrets away."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

#: What people see in the place of a secret.
MASK = "***"


def has_readable_port(url: str) -> bool:
    """Whether the port of a URL, if it names one, is a number that a port can be."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def hide_password(url: str) -> str:
    """A URL with its password masked."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    account, _, address = parts.netloc.rpartition("@")
    user = account.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{user}:{MASK}@{address}"))
