"""Users, roles and tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr, StringConstraints

from headway_web.paging import Page

RoleName = Literal["viewer", "operator", "admin"]
Scope = Literal["read", "operate", "admin"]
Label = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class User(BaseModel):
    """A user; the password is never shown."""

    username: str = Field(examples=["operator-1"])
    display_name: str
    role: RoleName
    must_change_password: bool
    is_external: bool = Field(description="logs in by OpenID Connect")
    created_at: datetime
    last_login_at: datetime | None


class UserPage(Page):
    """Users by name."""

    users: list[User]


class NewUser(BaseModel):
    """A user who logs in with a password."""

    username: str = Field(max_length=100, description="letters, digits and . _ @ + -", examples=["operator-1"])
    role: RoleName
    password: SecretStr = Field(
        max_length=1000, description="10 characters at least; the user must choose another one first"
    )
    display_name: Label = ""


class UserChange(BaseModel):
    """What is left out stays as it is."""

    role: RoleName | None = None
    display_name: Label | None = None
    password: SecretStr | None = Field(None, max_length=1000, description="the user must choose another one first")


class Token(BaseModel):
    """A token; what it is itself is shown only when it is made."""

    id: int
    name: str = Field(examples=["nightly export"])
    username: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class TokenPage(Page):
    """Tokens by user and name."""

    tokens: list[Token]


class NewToken(BaseModel):
    """A token of one's own."""

    name: Annotated[Label, Field(min_length=1)]
    scopes: list[Scope] = Field(min_length=1, max_length=3, description="no further than one's role")
    expires_at: datetime | None = Field(None, description="with a time zone; null for a token without end")


class MadeToken(Token):
    """The only answer that has the token itself."""

    token: str = Field(examples=["hw_…"])


class RoleEntry(BaseModel):
    """A role and what it is for."""

    name: RoleName
    description: str


class Roles(BaseModel):
    """Every role, each with what the ones before it may do."""

    roles: list[RoleEntry]
