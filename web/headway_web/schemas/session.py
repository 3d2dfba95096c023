"""Logging in, and who is logged in."""

from __future__ import annotations

from pydantic import BaseModel, Field, SecretStr


class Login(BaseModel):
    """A user's name and password."""

    username: str = Field(max_length=100, examples=["admin"])
    password: SecretStr = Field(max_length=1000)


class PasswordChange(BaseModel):
    """The present password and the one to come."""

    old: SecretStr = Field(max_length=1000)
    new: SecretStr = Field(max_length=1000, description="10 characters at least")


class SessionUser(BaseModel):
    """Who is logged in."""

    username: str = Field(examples=["admin"])
    display_name: str
    role: str = Field(description="viewer, operator or admin; with a token, what its scopes leave of it")
    must_change_password: bool = Field(description="everything else is refused until a password is chosen")
    is_external: bool = Field(description="logs in by OpenID Connect: there is no password to change")


class Features(BaseModel):
    """What this installation has."""

    flower_url: str | None = Field(None, description="where Flower is, if a link to it makes sense")
    oidc: bool
    timezone_default: str = Field(examples=["UTC"])


class Session(BaseModel):
    """Who is logged in, and what a page needs to know at its start."""

    user: SessionUser
    csrf_token: str = Field(description="send it as X-CSRF-Token with every change; empty for tokens, which need none")
    version: str
    features: Features


class Provider(BaseModel):
    """An OpenID provider."""

    name: str = Field(examples=["Example Inc."])
    url: str = Field(description="where to send the browser")


class LoginOptions(BaseModel):
    """Ways to log in besides name and password."""

    oidc: Provider | None = None
