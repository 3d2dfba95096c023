"""Which names announce a secret: their values are masked in logs."""

from __future__ import annotations

_WORDS = (
    "access_token", "api_key", "apikey", "authorization", "credential", "keyfile_dict", "passphrase",
    "passwd", "password", "private_key", "secret", "service_account", "token",
)  # fmt: skip


def is_sensitive(name: str) -> bool:
    """Whether a variable, an extra field or an argument of that name holds a secret."""
    lowered = name.strip().lower().replace("-", "_")
    return any(word in lowered for word in _WORDS)
