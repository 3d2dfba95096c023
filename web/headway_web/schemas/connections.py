"""Connections."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from headway_web.paging import Page
from headway_web.schemas.times import Moment

_TEXT = r"^[^\x00]*$"
Word = Annotated[str, Field(max_length=2000, pattern=_TEXT)]
Port = Annotated[int, Field(ge=0, le=65535)]


class Connection(BaseModel):
    """A connection; its password never comes out, its extra without what sensitive keys hold."""

    connection_id: str = Field(examples=["warehouse"])
    conn_type: str = Field(examples=["postgres"])
    description: str
    host: str | None = Field(examples=["db.example.com"])
    schema_: str | None = Field(alias="schema", serialization_alias="schema", examples=["sales"])
    login: str | None = Field(examples=["reader"])
    port: int | None = Field(examples=[5432])
    extra: str | None = Field(
        description="JSON text; secrets in it are shown as `***`", examples=['{"sslmode": "require"}']
    )
    has_password: bool
    changed_at: Moment


class Connections(Page):
    """Connections by id."""

    connections: list[Connection]


class ConnectionChange(BaseModel):
    """What is to be changed; what is left out stays. `***` in extra stands for what is stored there."""

    conn_type: Annotated[str, Field(max_length=250, pattern=_TEXT)] | None = Field(None, examples=["postgres"])
    description: Annotated[str, Field(max_length=5000, pattern=_TEXT)] | None = None
    host: Word | None = Field(None, examples=["db.example.com"])
    schema_: Word | None = Field(None, alias="schema", examples=["sales"])
    login: Word | None = Field(None, examples=["reader"])
    password: Word | None = Field(None, description="null takes it away; left out, the present one stays")
    port: Port | None = Field(None, examples=[5432])
    extra: Annotated[str, Field(max_length=100_000)] | None = Field(
        None, description="JSON text of an object", examples=['{"sslmode": "require"}']
    )


class NewConnection(ConnectionChange):
    """A connection to be made."""

    connection_id: str = Field(min_length=1, max_length=250, pattern=_TEXT, examples=["warehouse"])


class ConnectionTested(BaseModel):
    """What a worker found out."""

    ok: bool = Field(description="whether the outside system answers")
    message: str = Field(examples=["Connection successfully tested"])
    worker: str | None = Field(description="who tried it; null when no worker did", examples=["default@build-7"])
    seconds: float = Field(examples=[0.13])


class ExtraField(BaseModel):
    """A value in extra."""

    name: str = Field(examples=["sslmode"])
    label: str
    kind: str = Field(description="text, secret, number, boolean or json", examples=["text"])
    help: str


class ConnectionType(BaseModel):
    """A type of connections, and the form for it."""

    conn_type: str = Field(examples=["postgres"])
    label: str = Field(examples=["PostgreSQL"])
    fields: dict[str, str] = Field(
        description="the fields that it uses, with their labels", examples=[{"host": "Host"}]
    )
    extras: list[ExtraField]
    placeholders: dict[str, str] = Field(description="examples by field")
    testable: bool = Field(description="whether a test can say that the outside system answers")
    built_in: bool = Field(description="false: of a provider package that is installed")


class ConnectionTypes(BaseModel):
    """Every type that a hook serves."""

    connection_types: list[ConnectionType]
