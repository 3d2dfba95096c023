"""Assets (Airflow 2 calls them datasets): what tasks produce and what DAGs wait for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from headway.authoring.current_file import fault


class AssetExpression:
    """A condition on assets: one of them, or several joined by ``&`` (all) and ``|`` (any)."""

    def describe(self) -> dict[str, Any]:
        """As JSON: ``{"asset": {...}}``, ``{"all": [...]}`` or ``{"any": [...]}``."""
        raise NotImplementedError

    def assets(self) -> Iterator[Asset]:
        """Every asset named in it."""
        raise NotImplementedError

    def __and__(self, other: AssetExpression) -> AssetExpression:
        return AssetAll(self, other) if isinstance(other, AssetExpression) else NotImplemented

    def __or__(self, other: AssetExpression) -> AssetExpression:
        return AssetAny(self, other) if isinstance(other, AssetExpression) else NotImplemented


class Asset(AssetExpression):
    """Something with a name and a URI; either may stand for the other. It is never opened by Headway."""

    def __init__(
        self,
        name: str | None = None,
        uri: Any = None,
        *,
        group: str = "asset",
        extra: dict[str, Any] | None = None,
        **later: Any,
    ) -> None:
        known = name if name is not None else uri
        if known is None or not str(known).strip():
            raise fault("an Asset needs a name or a uri", 'write Asset("s3://bucket/key") or Asset(name="orders")')
        self.uri = str(uri if uri is not None else name)
        self.name = str(name if name is not None else uri)
        self.group = group
        self.extra = dict(extra or {})
        self.later = later

    def describe(self) -> dict[str, Any]:
        """Its name and URI."""
        return {"asset": self.reference()}

    def reference(self) -> dict[str, str]:
        """Its name and URI, as tasks list their inlets and outlets."""
        return {"name": self.name, "uri": self.uri}

    def assets(self) -> Iterator[Asset]:
        """Itself."""
        yield self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asset) and (self.name, self.uri) == (other.name, other.uri)

    def __hash__(self) -> int:
        return hash((self.name, self.uri))

    def __fspath__(self) -> str:
        return self.uri

    def __repr__(self) -> str:
        return f"Asset(name={self.name!r}, uri={self.uri!r})"


class Dataset(Asset):
    """An asset under its old name; the URI comes first."""

    def __init__(self, uri: Any = None, extra: dict[str, Any] | None = None, **later: Any) -> None:
        super().__init__(name=later.pop("name", None), uri=uri, extra=extra, **later)


class _Joined(AssetExpression):
    """Several expressions under one word."""

    word = ""

    def __init__(self, *parts: AssetExpression) -> None:
        if not all(isinstance(part, AssetExpression) for part in parts):
            raise fault(f"{type(self).__name__} expected assets, got {parts!r}", "pass Asset objects")
        self.parts: list[AssetExpression] = []
        for part in parts:  # a & b & c is one list of three, not two nested ones
            self.parts += part.parts if isinstance(part, _Joined) and part.word == self.word else [part]

    def describe(self) -> dict[str, Any]:
        """The word over its parts."""
        return {self.word: [part.describe() for part in self.parts]}

    def assets(self) -> Iterator[Asset]:
        """Every asset in its parts."""
        for part in self.parts:
            yield from part.assets()


class AssetAll(_Joined):
    """All of its parts."""

    word = "all"


class AssetAny(_Joined):
    """Any of its parts."""

    word = "any"
