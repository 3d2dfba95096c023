"""Encrypt variables and connections under a new key."""

from __future__ import annotations

from headway.cli.confirm import Yes, confirm
from headway.cli.output import Format, Output, counted, tell
from headway.cli.session import open_session
from headway.errors import InvalidInput
from headway.operations import secrets


def rotate_fernet_key(yes: Yes = False, output: Output = Format.TABLE) -> None:
    """Encrypt every variable and connection anew, with the first key of security.key.

    First give every host the new key before the old one, as security.key=NEW,OLD (or in its key file), and restart its
    nodes. Then run this once. After that the old key may go from every host.

    Example: headway rotate-fernet-key --yes
    """
    with open_session() as session:
        vault = session.vault()
        if len(vault.keys) < 2:
            raise InvalidInput(
                "this host knows one key only, so there is nothing to rotate to",
                "put a new key before it in security.key, separated by a comma; make one with: python -c "
                '"from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"',
            )
        confirm("Encrypt every variable and connection with the first key?", yes=yes)
        done = secrets.rotate_key(session.conn, vault, actor=session.actor)
    what = f"{counted(done.variables, 'variable')} and {counted(done.connections, 'connection')}"
    tell(output, done, f"encrypted {what} with the key {done.key}")
