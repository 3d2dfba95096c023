"""Login by OpenID Connect: the authorization code flow with PKCE, state and nonce, by authlib and joserfc.

What must survive the way to the provider and back travels in an encrypted cookie of the browser that began, so any
web node can finish a login.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from headway.crypto import Vault, VaultError
from headway.roles import Role
from headway.settings import OidcSettings, Settings
from headway_web.security.refusals import NotLoggedIn

CALLBACK = "/api/v1/session/oidc/callback"
_SECONDS = 600  # that a login may take
_TIMEOUT = 10  # seconds for each call to the provider
_CLOCKS = 60  # seconds by which the provider's clock may differ
# Only what is signed with a key that the provider alone has.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]

_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

#: A path of this site: two slashes, or a backslash, would begin the address of another one.
_OWN_PLACE = re.compile(r"/(?:[^/\\\s\x00-\x1f][^\\\s\x00-\x1f]*)?")

#: What a provider's answer may make of the three libraries that read it.
_UNFIT = (AuthlibBaseError, JoseError, requests.RequestException, LookupError, ValueError, TypeError)


@dataclass(frozen=True, slots=True)
class Begun:
    """A login that has begun; ``place`` is the page of the UI that it leads to."""

    state: str
    nonce: str
    verifier: str
    at: float
    place: str = "/"

    def seal(self, vault: Vault) -> str:
        """For the browser to keep."""
        return vault.encrypt(json.dumps(asdict(self)))

    @classmethod
    def unseal(cls, sealed: str, vault: Vault, state: str) -> Begun:
        """What the browser has kept; raises ``NotLoggedIn`` unless it fits this answer and is fresh."""
        try:
            begun = cls(**json.loads(vault.decrypt(sealed)))
        except (VaultError, ValueError, TypeError):
            raise NotLoggedIn("this login was not begun in this browser", "begin again") from None
        if not hmac.compare_digest(begun.state.encode(), state.encode()) or time.time() - begun.at > _SECONDS:
            raise NotLoggedIn("this login took too long, or its answer belongs to another one", "begin again")
        return begun


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for; ``role`` is None for who may not come in."""

    subject: str
    username: str
    display_name: str
    role: Role | None


def begin(settings: Settings, place: str = "/") -> tuple[str, Begun]:
    """Where to send the browser, and what it must keep; raises ``NotLoggedIn`` when the provider does not answer.

    ``place`` is where the login leads to, unless it is no page of this site.
    """
    own = place if _OWN_PLACE.fullmatch(place) else "/"
    state, nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    begun = Begun(state, nonce, verifier, time.time(), own)
    provider = _discover(settings.oidc)
    url, _ = _client(settings).create_authorization_url(
        provider["authorization_endpoint"], state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
    )
    return str(url), begun


def finish(settings: Settings, begun: Begun, code: str) -> Person:
    """Who has logged in; raises ``NotLoggedIn`` for whatever does not fit together."""
    provider = _discover(settings.oidc)
    try:
        token = _client(settings).fetch_token(
            provider["token_endpoint"], code=code, code_verifier=begun.verifier, timeout=_TIMEOUT
        )
        keys = KeySet.import_key_set({"keys": _get(provider["jwks_uri"])["keys"]})
        claims = jwt.decode(token["id_token"], keys, algorithms=_ALGORITHMS).claims
        _registry(settings.oidc, begun).validate(claims)
    except _UNFIT as error:
        raise NotLoggedIn(f"the provider's answer does not hold: {type(error).__name__}: {error}") from None
    return _person(settings.oidc, vouched_for(claims))


def vouched_for(claims: dict[str, Any]) -> dict[str, Any]:
    """The claims without an address that the provider calls unverified: its users may have typed anybody's."""
    unverified = str(claims.get("email_verified", "")).lower() == "false"
    return {name: value for name, value in claims.items() if not (unverified and name == "email")}


def role_of(settings: OidcSettings, claims: dict[str, Any]) -> Role | None:
    """The highest role that the values of ``role_claim`` (dots lead into objects) give; None for none."""
    given: Any = claims
    for part in settings.role_claim.split("."):
        given = given.get(part) if isinstance(given, dict) else None
    several = given if isinstance(given, list) else [given]
    values = {value for value in several if isinstance(value, str)}
    by_role = {Role.ADMIN: settings.admins, Role.OPERATOR: settings.operators, Role.VIEWER: settings.viewers}
    fitting = next((role for role, names in by_role.items() if values & set(names)), None)
    return fitting or (Role[settings.default_role.upper()] if settings.default_role else None)


def _person(settings: OidcSettings, claims: dict[str, Any]) -> Person:
    return Person(
        subject=f"{settings.issuer}|{claims['sub']}",
        username=str(claims.get(settings.username_claim) or ""),
        display_name=str(claims.get("name") or ""),
        role=role_of(settings, claims),
    )


def _registry(settings: OidcSettings, begun: Begun) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        leeway=_CLOCKS,
        iss={"essential": True, "value": settings.issuer},
        aud={"essential": True, "value": settings.client_id},
        azp={"value": settings.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": begun.nonce},
    )


def _client(settings: Settings) -> Any:
    return OAuth2Session(
        settings.oidc.client_id,
        settings.oidc.client_secret.get_secret_value(),
        scope=" ".join(settings.oidc.scopes),
        redirect_uri=settings.web.public_url + CALLBACK,
        code_challenge_method="S256",
    )


def _discover(settings: OidcSettings) -> dict[str, Any]:
    found = _get(settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != settings.issuer:
        raise NotLoggedIn("the provider is not the one that oidc.issuer names", "correct oidc.issuer")
    if missing := [name for name in _ENDPOINTS if not isinstance(found.get(name), str)]:
        raise NotLoggedIn(f"the provider does not say where its {missing[0]} is", "correct oidc.issuer")
    return found


def _get(url: str) -> dict[str, Any]:
    try:
        answer = requests.get(url, timeout=_TIMEOUT)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError):
        raise NotLoggedIn("the provider does not answer", "try again, or log in with a password") from None
    return found if isinstance(found, dict) else {}
