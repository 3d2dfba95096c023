"""Login by OpenID Connect against a small provider: the whole way, and what must not come in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from headway.errors import SettingsError
from headway.metastore.queries import event_log
from headway.settings import OidcSettings, load_settings
from headway_web.app import create_app
from headway_web.security.oidc import CALLBACK, role_of, vouched_for
from support.oidc_provider import CLIENT, SECRET, Provider, oidc_provider
from support.webs import Served, serve

PUBLIC = "http://headway.example.com"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with oidc_provider() as running:
        yield running


@pytest.fixture(scope="module")
def node(web: Served, provider: Provider) -> Iterator[Served]:
    """A web node that trusts the provider."""
    oidc = OidcSettings(
        name="Example",
        issuer=provider.url,
        client_id=CLIENT,
        client_secret=SECRET,
        admins=["ops"],
        operators=["data", "night"],
        viewers=["staff"],
    )
    public = web.settings.web.model_copy(update={"public_url": PUBLIC})
    with serve(web.settings.model_copy(update={"oidc": oidc, "web": public})) as served:
        yield served


@pytest.fixture(autouse=True)
def _honest(provider: Provider) -> None:
    provider.lies, provider.forger, provider.hidden = {}, None, ""


def come_back(
    node: Served, provider: Provider, client: httpx.Client, *, place: str = "/", **changes: Any
) -> httpx.Response:
    """Go to the provider and return with what it says, but for ``changes``."""
    begun = client.get("/session/oidc/start", params={"next": place})
    assert begun.status_code == 303, begun.text
    return client.get("/session/oidc/callback", params={**provider.authorize(begun.headers["location"]), **changes})


def person(provider: Provider, sub: str, name: str, *groups: str) -> None:
    provider.claims = {"sub": sub, "preferred_username": name, "groups": list(groups), "name": name.title()}


def refusal(answer: httpx.Response) -> str:
    """What the login page is told."""
    assert answer.status_code == 303
    assert "headway_session" not in answer.headers.get("set-cookie", "")
    place = urlsplit(answer.headers["location"])
    assert place.path == "/login"
    return parse_qs(place.query)["oidc"][0]


def test_a_person_comes_in_with_the_role_of_a_group(node: Served, provider: Provider) -> None:
    person(provider, "1", "night-shift", "night", "unrelated")
    client = node.as_(None)
    assert client.get("/session/login-options").json() == {
        "oidc": {"name": "Example", "url": "/api/v1/session/oidc/start"}
    }
    answer = come_back(node, provider, client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert provider.asked["redirect_uri"] == PUBLIC + CALLBACK
    user = client.get("/session").json()["user"]
    assert (user["username"], user["role"], user["is_external"]) == ("night-shift", "operator", True)
    assert {event.action for event in event_log.events(node.conn, subject="user night-shift")} == {
        "user.create",
        "session.login",
    }


@pytest.mark.parametrize(
    ("place", "lands"),
    [
        ("/dags/shop/grid?run=a%2Fb", "/dags/shop/grid?run=a%2Fb"),
        ("//evil.example.com", "/"),
        ("/\\evil.example.com", "/"),
        ("https://evil.example.com", "/"),
        ("/\t/evil.example.com", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_a_login_leads_to_a_page_of_this_site_alone(node: Served, provider: Provider, place: str, lands: str) -> None:
    person(provider, "7", "traveller", "staff")
    assert come_back(node, provider, node.as_(None), place=place).headers["location"] == lands


def test_the_role_follows_the_groups(node: Served, provider: Provider) -> None:
    person(provider, "2", "changing", "ops")
    client = node.as_(None)
    come_back(node, provider, client)
    assert client.get("/session").json()["user"]["role"] == "admin"
    person(provider, "2", "another name by now", "staff")
    again = node.as_(None)
    come_back(node, provider, again)
    assert again.get("/session").json()["user"]["username"] == "changing"
    assert client.get("/session").json()["user"]["role"] == "viewer"


def test_who_has_no_group_stays_outside_and_is_put_there(node: Served, provider: Provider) -> None:
    person(provider, "3", "former", "ops")
    client = node.as_(None)
    come_back(node, provider, client)
    assert client.get("/users").status_code == 200
    person(provider, "3", "former")
    assert refusal(come_back(node, provider, node.as_(None))) == "no-role"
    assert client.get("/session").status_code == 401


def test_a_name_that_a_local_user_has_is_not_taken_over(node: Served, provider: Provider) -> None:
    person(provider, "4", "admin", "ops")
    assert refusal(come_back(node, provider, node.as_(None))) == "name-taken"
    person(provider, "4", "<b>admin</b>", "ops")
    assert refusal(come_back(node, provider, node.as_(None))) == "failed"


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another login's"},
        {"aud": "another client"},
        {"iss": "http://elsewhere.example.com"},
        {"exp": 1},
        {"azp": "another client"},
        {"sub": None},
    ],
)
def test_an_id_token_that_does_not_fit_is_refused(node: Served, provider: Provider, lies: dict[str, Any]) -> None:
    person(provider, "5", "nearly", "ops")
    provider.lies = lies
    assert refusal(come_back(node, provider, node.as_(None))) == "failed"


def test_an_id_token_of_another_signer_is_refused(node: Served, provider: Provider) -> None:
    person(provider, "6", "forged", "ops")
    provider.forger = RSAKey.generate_key(2048, {"kid": "one"})
    assert refusal(come_back(node, provider, node.as_(None))) == "failed"


@pytest.mark.parametrize("hidden", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a_provider_that_does_not_say_where_things_are_is_refused(
    node: Served, provider: Provider, hidden: str
) -> None:
    provider.hidden = hidden
    assert refusal(node.as_(None).get("/session/oidc/start")) == "failed"


def test_an_answer_to_another_browser_is_refused(node: Served, provider: Provider) -> None:
    person(provider, "7", "lured", "ops")
    assert refusal(come_back(node, provider, node.as_(None), state="of an attacker")) == "failed"
    assert refusal(come_back(node, provider, node.as_(None), code="of an attacker")) == "failed"
    begun = node.as_(None).get("/session/oidc/start")
    answer = node.as_(None).get("/session/oidc/callback", params=provider.authorize(begun.headers["location"]))
    assert refusal(answer) == "failed"


def test_without_a_provider_there_is_no_such_login(web: Served) -> None:
    assert web.as_(None).get("/session/oidc/start").status_code == 404
    assert web.as_(None).get("/session/oidc/callback").status_code == 404


def test_it_needs_the_address_that_browsers_use() -> None:
    settings = load_settings(metastore={"url": "postgresql://nowhere/"}, oidc={"issuer": "http://127.0.0.1:1"})
    with pytest.raises(SettingsError, match=r"web\.public_url"):
        create_app(settings)


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"realm": {"roles": ["ops"]}}, "admin"),
        ({"realm": {"roles": "night"}}, "operator"),
        ({"realm": {"roles": ["staff", "night"]}}, "operator"),
        ({"realm": {"roles": [1, None]}}, "viewer"),
        ({"realm": {"roles": True}}, "viewer"),
        ({"realm": {"roles": {"ops": True}}}, "viewer"),
        ({"realm": "ops"}, "viewer"),
        ({}, "viewer"),
    ],
)
def test_where_the_role_is_found(claims: dict[str, Any], role: str) -> None:
    settings = OidcSettings(
        role_claim="realm.roles", admins=["ops"], operators=["night"], viewers=["staff"], default_role="viewer"
    )
    found = role_of(settings, claims)
    assert found is not None
    assert found.word == role


@pytest.mark.parametrize(
    ("verified", "believed"),
    [
        ({"email_verified": False}, False),
        ({"email_verified": "false"}, False),
        ({"email_verified": True}, True),
        ({}, True),
    ],
)
def test_an_address_that_the_provider_has_not_verified_is_nobodys(verified: dict[str, Any], believed: bool) -> None:
    claims = vouched_for({"sub": "1", "email": "boss@example.com", **verified})
    assert ("email" in claims) is believed
    assert claims["sub"] == "1"
