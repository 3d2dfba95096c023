"""Who may use the web and the API. Workers' database role has no right on any of these tables."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint, false

from headway.metastore.tables.base import key_column, metadata, moment, whole, word_list, words

#: A person. ``password`` is an argon2 hash, NULL for those who log in by OpenID Connect; those have ``subject``, the
#: provider's address and its name for them.
account = Table(
    "account",
    metadata,
    key_column(),
    words("username"),
    words("display_name", default=""),
    words("role"),
    words("password", nullable=True),
    words("subject", nullable=True),
    Column("must_change_password", Boolean, nullable=False, server_default=false()),
    moment("created_at", now=True),
    moment("last_login_at"),
    UniqueConstraint("username"),
    UniqueConstraint("subject"),
    CheckConstraint("role IN ('viewer', 'operator', 'admin')", name="role_known"),
)


def _of_account() -> Column[int]:
    column = whole("account_id", big=True)
    column.append_foreign_key(ForeignKey("account.id", ondelete="CASCADE"))
    return column


#: A browser that is logged in. ``id`` is the SHA-256 of the cookie's value, which only the browser has.
session = Table(
    "session",
    metadata,
    words("id", primary_key=True),
    _of_account(),
    words("address", default=""),
    moment("created_at", now=True),
    moment("seen_at", now=True),
    moment("expires_at", nullable=False),
    Index("ix_session_account_id", "account_id"),
)

#: A key for programs; ``hash`` is the SHA-256 of the token, ``scopes`` of ``read``, ``operate``, ``admin``.
api_token = Table(
    "api_token",
    metadata,
    key_column(),
    _of_account(),
    words("name"),
    words("hash"),
    word_list("scopes"),
    moment("created_at", now=True),
    moment("expires_at"),
    moment("last_used_at"),
    UniqueConstraint("hash"),
    UniqueConstraint("account_id", "name"),
)

#: Logins that are being tried or have failed lately: what the rate limit counts, on whichever web node they come in.
login_try = Table(
    "login_try",
    metadata,
    key_column(),
    words("username"),
    words("address"),
    moment("at", now=True),
    Index("ix_login_try_at", "at"),
)
