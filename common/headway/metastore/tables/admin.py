"""What people administer: pools, variables, connections; and facts about the metastore itself."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Table, Text, false

from headway.metastore.tables.base import document, metadata, moment, whole, words

#: Slots shared by tasks. ``used`` maps each live scheduler to the slots that its task instances
#: take; each writes only its own entry, as a whole number from its memory, so nothing can drift.
pool = Table(
    "pool",
    metadata,
    Column("name", Text, primary_key=True),
    whole("slots"),
    words("description", default=""),
    Column("include_deferred", Boolean, nullable=False, server_default=false()),
    document("used", default="{}"),
    CheckConstraint("slots >= -1", name="slots_known"),
    postgresql_with={"fillfactor": 50},
)

#: Variables; ``value`` is encrypted.
variable = Table(
    "variable",
    metadata,
    Column("key", Text, primary_key=True),
    words("value"),
    words("description", default=""),
    moment("changed_at", now=True),
)

#: Connections; ``secret`` is the encrypted JSON of password and extra.
connection = Table(
    "connection",
    metadata,
    Column("conn_id", Text, primary_key=True),
    words("conn_type", default=""),
    words("host", nullable=True),
    words("schema", nullable=True),
    words("login", nullable=True),
    whole("port", nullable=True),
    words("secret", nullable=True),
    words("description", default=""),
    moment("changed_at", now=True),
)

#: Facts such as the fingerprint of the key that encrypts secrets.
meta = Table("meta", metadata, Column("key", Text, primary_key=True), words("value"))
