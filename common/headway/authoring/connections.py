"""``Connection``: how to reach an outside system, from the environment or the metastore."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from headway.authoring.exceptions import AirflowNotFoundException
from headway.authoring.queryable import Queryable
from headway.authoring.runtime import current_store, mask
from headway.authoring.secrets_backends import find_connection
from headway.authoring.sensitive import secrets_in_json
from headway.errors import InvalidInput

#: The query key of a URI that holds an ``extra`` which no list of plain texts can express.
_WHOLE_EXTRA = "__extra__"
#: The host of `http://https://example.com` names its own protocol.
_PROTOCOL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_FORMS = "write a URI or a JSON object"
_FIELDS = ("conn_type", "description", "host", "login", "password", "schema", "port", "extra")


class Connection(metaclass=Queryable):
    """Address and credentials of an outside system.

    Give the fields, or ``uri`` alone. ``extra`` is JSON text (a mapping is taken and written as JSON);
    ``extra_dejson`` is what it says.
    """

    record_view = "headway.airflow.inside.models:StoredConnection"

    def __init__(
        self,
        conn_id: str | None = None,
        conn_type: str | None = None,
        description: str | None = None,
        host: str | None = None,
        login: str | None = None,
        password: str | None = None,
        schema: str | None = None,
        port: int | str | None = None,
        extra: str | dict[str, Any] | None = None,
        uri: str | None = None,
    ) -> None:
        self.conn_id = conn_id
        self.conn_type = conn_type
        self.description = description
        self.host = host
        self.login = login
        self.password = password
        self.schema = schema
        self.port = _port(port, conn_id)
        self.extra = json.dumps(extra) if isinstance(extra, dict) else extra
        if uri is not None:
            self._take_uri(uri)

    def __repr__(self) -> str:
        return f"Connection({self.conn_id!r}, {self.conn_type!r}, host={self.host!r})"

    @classmethod
    def get(cls, conn_id: str) -> Connection:
        """The connection of that id; raises ``AirflowNotFoundException`` when there is none."""
        return get_connection(conn_id)

    get_connection_from_secrets = get

    @classmethod
    def from_mapping(cls, conn_id: str, fields: Any) -> Connection:
        """A connection from its fields as the metastore or a JSON text gives them."""
        known = {name: fields.get(name) for name in _FIELDS}
        # Airflow's JSON form also writes the user as `username` and the type as `type`.
        known["login"] = known["login"] or fields.get("username")
        known["conn_type"] = known["conn_type"] or fields.get("type")
        return cls(conn_id=conn_id, **known)

    @property
    def extra_dejson(self) -> dict[str, Any]:
        """``extra`` as a dict; empty when it is missing or not a JSON object."""
        try:
            found = json.loads(self.extra or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def get_extra_dejson(self, nested: bool = False) -> dict[str, Any]:
        """``extra_dejson``; with ``nested``, values that are JSON texts themselves are read as well."""
        found = self.extra_dejson
        return {key: _maybe_json(value) for key, value in found.items()} if nested else found

    @classmethod
    def from_json(cls, value: str, conn_id: str | None = None) -> Connection:
        """A connection from the JSON object that ``as_json`` writes; raises ``InvalidInput``."""
        try:
            fields = json.loads(value)
        except ValueError as error:
            raise InvalidInput(f"connection {conn_id!r} is not JSON: {error}", _FORMS) from None
        if not isinstance(fields, dict):
            raise InvalidInput(f"connection {conn_id!r}: expected a JSON object, got {type(fields).__name__}", _FORMS)
        return cls.from_mapping(conn_id or fields.get("conn_id") or "", fields)

    @classmethod
    def from_text(cls, conn_id: str, text: str) -> Connection:
        """A connection from a URI or a JSON object, whichever ``text`` is; raises ``InvalidInput``."""
        text = text.strip()
        return cls.from_json(text, conn_id) if text.startswith("{") else cls(conn_id, uri=text)

    @property
    def is_encrypted(self) -> bool:
        """Whether the password is encrypted where it is stored: always, when there is one."""
        return bool(self.password)

    @property
    def is_extra_encrypted(self) -> bool:
        """Whether ``extra`` is encrypted where it is stored: always, when there is one."""
        return bool(self.extra)

    def get_password(self) -> str | None:
        """The password."""
        return self.password

    def get_extra(self) -> str | None:
        """``extra`` as it is written."""
        return self.extra

    def set_extra(self, value: str) -> None:
        """Replace ``extra``."""
        self.extra = value

    def get_uri(self) -> str:
        """The connection as one URI: ``type://login:password@host:port/schema?extra``."""
        scheme = (self.conn_type or "").lower().replace("_", "-")
        user = quote(self.login or "", safe="")
        if self.password is not None:
            user += ":" + quote(self.password, safe="")
        protocol, separator, host = (self.host or "").rpartition("://")
        shown_host = f"[{host}]" if ":" in host else quote(host, safe="/")
        address = (user + "@" if user else "") + shown_host + (f":{self.port}" if self.port is not None else "")
        path = "/" + quote(self.schema, safe="") if self.schema else ("/" if self.extra else "")
        return f"{scheme}://{protocol}{separator}{address}{path}{self._query()}"

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, secrets included."""
        return {"conn_id": self.conn_id, **{name: getattr(self, name) for name in _FIELDS}}

    def to_dict(self, *, prune_empty: bool = False, validate: bool = True) -> dict[str, Any]:
        """The fields by name, ``extra`` as a mapping; without those that are empty, with ``prune_empty``."""
        fields = self.as_dict() | {"extra": self.extra_dejson}
        return {name: value for name, value in fields.items() if value or not prune_empty}

    def as_json(self) -> str:
        """The connection as a JSON object, without its id."""
        fields = self.to_dict(prune_empty=True)
        fields.pop("conn_id", None)
        return json.dumps(fields)

    def get_hook(self, *, hook_params: dict[str, Any] | None = None) -> Any:
        """A hook for the connection's type; ``hook_params`` are further arguments of its class."""
        from headway.hooks.registry import hook_of

        return hook_of(self, hook_params)

    def test_connection(self) -> tuple[bool, str]:
        """Whether the outside system answers, and a sentence about it."""
        try:
            hook = self.get_hook()
        except Exception as error:  # noqa: BLE001 - every fault is an answer here
            return False, str(error)
        if not hasattr(hook, "test_connection"):
            return False, f"{type(hook).__name__} has no test of its connection"
        status, message = hook.test_connection()
        return bool(status), str(message)

    def secrets(self) -> list[str]:
        """The texts in this connection that must not appear in logs."""
        in_host = _password_in(self.host or "")
        return [value for value in [self.password, in_host, *secrets_in_json(self.extra or "")] if value]

    def _query(self) -> str:
        if not self.extra:
            return ""
        extra = self.extra_dejson
        if extra and all(isinstance(value, str) for value in extra.values()):
            query = urlencode(extra)
            if dict(parse_qsl(query)) == extra:
                return "?" + query
        return "?" + urlencode({_WHOLE_EXTRA: self.extra})

    def _take_uri(self, uri: str) -> None:
        scheme, separator, rest = uri.partition("://")
        if not separator or not scheme:
            raise InvalidInput(
                f"the URI of connection {self.conn_id!r} has no scheme",
                "write it as type://login:password@host:port/schema?name=value",
            )
        protocol = _PROTOCOL.match(rest)
        parts = urlsplit("//" + rest[protocol.end() if protocol else 0 :])
        self.conn_type = {"postgresql": "postgres"}.get(scheme, scheme).replace("-", "_")
        self.login = unquote(parts.username) if parts.username else None
        self.password = unquote(parts.password) if parts.password else None
        host = unquote(_bare_host(parts.netloc))
        self.host = (protocol.group() if protocol else "") + host or None
        self.port = _port(_port_text(parts.netloc), self.conn_id)
        self.schema = unquote(parts.path[1:]) or None
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if query:
            self.extra = query[_WHOLE_EXTRA] if _WHOLE_EXTRA in query else json.dumps(query)


def get_connection(conn_id: str) -> Connection:
    """The connection of that id, from a secrets backend or the store in use; its secrets are masked.

    Raises ``AirflowNotFoundException`` when there is none.
    """
    found = find_connection(conn_id)
    if found is None:
        fields = current_store().connection_get(conn_id)
        found = None if fields is None else Connection.from_mapping(conn_id, fields)
    if found is None:
        raise AirflowNotFoundException(
            f"there is no connection {conn_id!r}",
            remedy=f"run `headway connections set {conn_id}`, or set AIRFLOW_CONN_{conn_id.upper()}",
        )
    for secret in found.secrets():
        mask(secret)
    return found


class Connections:
    """``conn`` of the context: ``conn.my_database.host``, ``conn.get("other", None)``."""

    def __getattr__(self, conn_id: str) -> Connection:
        if conn_id.startswith("__"):
            raise AttributeError(conn_id)
        return get_connection(conn_id)

    def get(self, conn_id: str, default_conn: Any = None) -> Any:
        """The connection, or the default when there is none."""
        try:
            return get_connection(conn_id)
        except AirflowNotFoundException:
            return default_conn


def _bare_host(netloc: str) -> str:
    host = netloc.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host


def _port_text(netloc: str) -> str | None:
    tail = netloc.rpartition("@")[2].rpartition("]")[2]
    return tail.rpartition(":")[2] or None if ":" in tail else None


def _port(port: int | str | None, conn_id: str | None) -> int | None:
    if port is None or port == "":
        return None
    try:
        return int(port)
    except ValueError:
        raise InvalidInput(
            f"connection {conn_id!r}: expected a port number, got {port!r}", "give a whole number, like 5432"
        ) from None


def _maybe_json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _password_in(host: str) -> str | None:
    """The password of a host that was written as a URL."""
    try:
        return urlsplit(host).password if "://" in host else None
    except ValueError:
        return None
