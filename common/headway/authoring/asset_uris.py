"""URIs of assets: which texts are taken, and the one spelling that stands for all that mean the same."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from headway.authoring.current_file import fault, notice
from headway.authoring.values import bad

MAX_LENGTH = 1500
_RESERVED = "airflow"
_OPAQUE = "x-"  # a scheme that begins so means whatever its users like


def asset_text(value: Any, what: str) -> str:
    """A name or URI of an asset as text; raises ``DagFileError`` for one that Airflow refuses too."""
    text = str(value)
    try:
        if not text.strip():
            raise bad("a text that is not blank", text)
        if not text.isascii():
            raise bad("ASCII characters (write others as %C3%A9)", text)
        if len(text) > MAX_LENGTH:
            raise bad(f"at most {MAX_LENGTH} characters", text)
    except ValueError as error:
        raise fault(f"{what}: {error}", 'write something like Asset("s3://bucket/key") or Asset("orders")') from None
    return text


def normalised_uri(value: Any) -> str:
    """A URI in its one spelling; what has no scheme is a plain name and stays as it is.

    The scheme becomes lower case, the query is sorted, slashes at the end and the fragment go, and so does a
    user with a password, for URIs are shown and stored in the clear.
    """
    text = asset_text(value, "the uri of an asset")
    parts = urlsplit(text)
    if not parts.scheme or "://" not in text or parts.scheme.startswith(_OPAQUE):
        return text
    if parts.scheme == _RESERVED:
        raise fault(f"asset {text!r}: the scheme airflow:// is reserved", "choose another scheme")
    if not parts.netloc and not parts.path.strip("/"):
        raise fault(f"asset {text!r} names nothing behind its scheme", "name a host, bucket or path")
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return urlunsplit((parts.scheme, _place(parts), parts.path.rstrip("/"), query, ""))


def _place(parts: SplitResult) -> str:
    user, at, host = parts.netloc.rpartition("@")
    if at and ":" in user:
        notice("the uri of an asset holds a password, which is left out: uris are no secrets")
        return host
    return parts.netloc
