"""A small OpenID provider on loopback: discovery, keys, and a token for whoever comes, signed with RS256."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from support.web import Request, web_server

CLIENT, SECRET = "headway", "the client's secret"


@dataclass
class Provider:
    """Answers for the person whose ``claims`` it is given; ``lies`` overwrite what the ID token says.

    ``hidden`` is what its discovery does not tell.
    """

    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "1", "preferred_username": "guest", "groups": []})
    lies: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    forger: RSAKey | None = None
    url: str = ""
    asked: dict[str, str] = field(default_factory=dict)
    hidden: str = ""

    def discovery(self, _request: Request) -> tuple[int, Any]:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        told = {"issuer": self.url, **{name: f"{self.url}/{path}" for name, path in places.items()}}
        return 200, {name: value for name, value in told.items() if name != self.hidden}

    def keys(self, _request: Request) -> tuple[int, Any]:
        return 200, {"keys": [self.key.as_dict(private=False)]}

    def authorize(self, address: str) -> dict[str, str]:
        """What a browser that was sent to ``address`` brings back: a person has agreed."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return {"state": self.asked["state"], "code": "the code"}

    def ask(self, request: Request) -> tuple[int, Any]:
        """The page that asks whoever comes with a browser: a link back."""
        back = f"{request.query['redirect_uri']}?{urlencode(self.authorize(f'?{urlencode(request.query)}'))}"
        return 200, f"<!doctype html><title>Provider</title><a href='{back}'>Agree</a>"

    def token(self, request: Request) -> tuple[int, Any]:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        assert request.headers["authorization"] == f"Basic {basic}"
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if form["code"] != "the code" or challenge.rstrip("=") != self.asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self._id_token()}

    def _id_token(self) -> str:
        now = int(time.time())
        told = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": self.asked["nonce"]}
        return jwt.encode({"alg": "RS256", "kid": "one"}, {**told, **self.claims, **self.lies}, self.forger or self.key)


@contextmanager
def oidc_provider() -> Iterator[Provider]:
    """A running provider."""
    provider = Provider()
    routes = {
        "/.well-known/openid-configuration": provider.discovery,
        "/keys": provider.keys,
        "/token": provider.token,
        "/authorize": provider.ask,
    }
    with web_server() as site:
        site.routes.update(routes)
        provider.url = f"http://127.0.0.1:{site.port}"
        yield provider
