"""The vault: encrypts variables and connections with a key that the metastore never sees.

The key comes from the setting ``security.key`` (the join file carries it to other hosts), from
``security.key_file``, or from ``headway.key`` in the Headway home, which is made at first need. The
metastore keeps the key's fingerprint, so a host with another key learns it at once and not when a task
cannot read its password.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from headway.errors import HeadwayError
from headway.metastore.database import Connection
from headway.metastore.queries import secrets
from headway.settings import Settings

KEY_FILE = "headway.key"


class VaultError(HeadwayError):
    """The key that encrypts secrets is missing, malformed or not the one that the metastore knows."""


class Vault:
    """Encrypts with the first of its keys and decrypts with any (so that a key can be replaced).

    Raises ``VaultError`` for a text that is no Fernet key.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise VaultError(
                "security.key is not a Fernet key: expected 32 bytes in URL-safe base64 (44 characters)",
                "take the key of the cluster's join file (`headway nodes join-file`)",
            ) from None
        self.keys = tuple(keys)

    @property
    def fingerprint(self) -> str:
        """Tells the first key from others without giving it away: 16 hexadecimal digits."""
        return fingerprint(self.keys[0])

    def encrypt(self, text: str) -> str:
        """``text`` as only a holder of the key can read it."""
        return self._fernet.encrypt(text.encode()).decode()

    def encrypt_anew(self, token: str) -> str:
        """A stored text under the first key, whichever of the keys it was under; raises ``VaultError``."""
        return self.encrypt(self.decrypt(token))

    def decrypt(self, token: str) -> str:
        """What was encrypted; raises ``VaultError`` when no key of this vault fits."""
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken:
            raise VaultError(
                "a stored secret was encrypted with another key than this host's",
                "add the older key to security.key (newest first, separated by commas), or store the secret anew",
            ) from None


def open_vault(settings: Settings, conn: Connection) -> Vault:
    """The vault with this host's key, checked against the fingerprint in the metastore.

    Where neither host nor metastore knows a key yet, one is made. Raises ``VaultError``.
    """
    keys = _configured_keys(settings)
    known = secrets.key_fingerprint(conn)
    if not keys:
        if known:
            raise VaultError(
                f"this host has no key; the metastore's secrets are encrypted with the key {known}",
                "bring the cluster's join file here (`headway nodes join-file`), or set security.key_file",
            )
        keys = [ensure_key_file(settings.home / KEY_FILE)]
    vault = Vault(keys)
    known = known or secrets.remember_key_fingerprint(conn, vault.fingerprint)
    if known not in map(fingerprint, vault.keys):
        raise VaultError(
            f"this host's key ({vault.fingerprint}) is not the one that the metastore's secrets need ({known})",
            f"bring the cluster's join file here, or remove the wrong key ({_key_source(settings)})",
        )
    return vault


def ensure_key_file(path: Path) -> str:
    """The key in ``path``; made there (0600) when there is no such file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    with os.fdopen(descriptor, "w") as file:
        key = Fernet.generate_key().decode()
        file.write(key + "\n")
    return key


def fingerprint(key: str) -> str:
    """The fingerprint of one key."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _configured_keys(settings: Settings) -> list[str]:
    security = settings.security
    text = security.key.get_secret_value()
    if not text and security.key_file:
        text = _read(security.key_file)
    if not text and (settings.home / KEY_FILE).exists():
        text = _read(settings.home / KEY_FILE)
    return [key.strip() for key in text.split(",") if key.strip()]


def _key_source(settings: Settings) -> str:
    security = settings.security
    if security.key.get_secret_value():
        return "setting security.key"
    return str(security.key_file or settings.home / KEY_FILE)


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise VaultError(
            f"the key file {path} cannot be read: {error.strerror}",
            "correct security.key_file, or let the user of this process read the file",
        ) from None
