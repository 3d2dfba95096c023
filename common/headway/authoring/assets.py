"""Assets (Airflow 2 calls them datasets): what tasks produce and what DAGs wait for.

An asset is known by its name; one that was given a URI alone has that for a name. Headway never opens it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from headway.authoring.asset_uris import asset_text, normalised_uri
from headway.authoring.current_file import fault
from headway.authoring.values import bad


class AssetExpression(ABC):
    """A condition on assets: one of them, or several joined by ``&`` (all) and ``|`` (any)."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """As JSON: a leaf under ``asset``, ``asset_ref`` or ``alias``; ``{"all": [...]}`` or ``{"any": [...]}``."""

    @abstractmethod
    def leaves(self) -> Iterator[AssetLeaf]:
        """Every asset, reference and alias in it."""

    def __and__(self, other: AssetExpression) -> AssetExpression:
        return AssetAll(self, other) if isinstance(other, AssetExpression) else NotImplemented

    def __or__(self, other: AssetExpression) -> AssetExpression:
        return AssetAny(self, other) if isinstance(other, AssetExpression) else NotImplemented


class AssetLeaf(AssetExpression):
    """What an expression ends in, and what stands among the inlets and outlets of tasks."""

    name: str

    def leaves(self) -> Iterator[AssetLeaf]:
        """Itself."""
        yield self

    def as_outlet(self) -> dict[str, Any]:
        """How the inlets and outlets of a described task list it."""
        return self.describe()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetLeaf) and self.describe() == other.describe()

    def __hash__(self) -> int:
        return hash(self.name)

    def iter_assets(self) -> Iterator[tuple[Any, Any]]:
        """Itself with its key, where it is an asset."""
        return iter(())


class Asset(AssetLeaf):
    """Something with a name and a URI; either may stand for the other.

    ``group`` sorts assets for people; ``extra`` is kept with the asset and changes nothing. ``watchers`` wait
    for events outside; this version has nothing that runs them.
    """

    def __init__(
        self,
        name: str | None = None,
        uri: Any = None,
        *,
        group: str = "asset",
        extra: Mapping[str, Any] | None = None,
        watchers: Sequence[AssetWatcher] = (),
        **later: Any,
    ) -> None:
        if name is None and uri is None:
            raise fault("an Asset needs a name or a uri", 'write Asset("s3://bucket/key") or Asset(name="orders")')
        self.uri = normalised_uri(uri if uri is not None else name)
        self.name = asset_text(name, "the name of an asset") if name is not None and uri is not None else self.uri
        self.group = asset_text(group or "asset", f"group of asset {self.name!r}")
        self.extra = dict(extra or {})
        self.watchers = list(watchers)
        self.later = later

    @staticmethod
    def ref(*, name: str | None = None, uri: str | None = None) -> AssetRef:
        """An asset that is declared elsewhere, by its name or by its URI."""
        return AssetRef(name=name, uri=uri)

    def describe(self) -> dict[str, Any]:
        """Its name and URI."""
        return {"asset": self.reference()}

    def reference(self) -> dict[str, str]:
        """Its name and URI."""
        return {"name": self.name, "uri": self.uri}

    def as_outlet(self) -> dict[str, Any]:
        """Its name and URI, and what else was said of it."""
        more = {"group": self.group} if self.group != "asset" else {}
        return self.reference() | more | ({"extra": self.extra} if self.extra else {})

    @property
    def normalized_uri(self) -> str | None:
        """Its URI, if it is one."""
        return self.uri if "://" in self.uri else None

    def iter_assets(self) -> Iterator[tuple[Any, Any]]:
        """Itself with its key."""
        yield (self.name, self.uri), self

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

    def __init__(self, uri: Any = None, extra: Mapping[str, Any] | None = None, **later: Any) -> None:
        super().__init__(name=later.pop("name", None), uri=uri, extra=extra, **later)


class Model(Asset):
    """An asset of the group "model"."""

    def __init__(self, name: str | None = None, uri: Any = None, **more: Any) -> None:
        super().__init__(name, uri, **{"group": "model", **more})


class AssetRef(AssetLeaf):
    """An asset by its name or its URI alone: ``Asset.ref(name="orders")``."""

    def __init__(self, *, name: str | None = None, uri: str | None = None) -> None:
        if (name is None) == (uri is None):
            raise fault("a reference to an asset needs either its name or its uri", 'write Asset.ref(name="orders")')
        self.name = asset_text(name, "the name of an asset") if name is not None else ""
        self.uri = normalised_uri(uri) if uri is not None else ""

    def describe(self) -> dict[str, Any]:
        """The name or the URI."""
        return {"asset_ref": {"name": self.name} if self.name else {"uri": self.uri}}

    def __hash__(self) -> int:
        return hash((self.name, self.uri))

    def __repr__(self) -> str:
        return f"Asset.ref(name={self.name!r})" if self.name else f"Asset.ref(uri={self.uri!r})"


class AssetNameRef(AssetRef):
    """An asset by its name."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class AssetUriRef(AssetRef):
    """An asset by its URI."""

    def __init__(self, uri: str) -> None:
        super().__init__(uri=uri)


class AssetAlias(AssetLeaf):
    """A name under which tasks report assets that they learn of only when they run."""

    def __init__(self, name: str, *, group: str = "asset") -> None:
        self.name = asset_text(name, "the name of an asset alias")
        self.group = group

    def describe(self) -> dict[str, Any]:
        """Its name."""
        return {"alias": {"name": self.name}}

    def __repr__(self) -> str:
        return f"AssetAlias(name={self.name!r})"


class AssetWatcher:
    """Says which ``trigger`` tells of changes of an asset outside; kept, and run by nothing in this version."""

    def __init__(self, name: str, trigger: Any = None, **later: Any) -> None:
        self.name = name
        self.trigger = trigger
        self.later = later


class AssetAccessControl:
    """Which teams may see an asset; kept, and without effect, for there are no teams."""

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments


class _Joined(AssetExpression):
    """Several expressions under one word."""

    word = ""

    def __init__(self, *parts: AssetExpression) -> None:
        if not all(isinstance(part, AssetExpression) for part in parts):
            raise fault(f"{type(self).__name__} expected assets, got {parts!r}", "pass Asset objects")
        self.parts: list[AssetExpression] = []
        for part in parts:  # a & b & c is one list of three, not two nested ones
            self.parts += part.parts if isinstance(part, _Joined) and part.word == self.word else [part]

    @property
    def objects(self) -> list[AssetExpression]:
        """Its parts, as Airflow calls them."""
        return self.parts

    def describe(self) -> dict[str, Any]:
        """The word over its parts."""
        return {self.word: [part.describe() for part in self.parts]}

    def leaves(self) -> Iterator[AssetLeaf]:
        """Every leaf of its parts."""
        for part in self.parts:
            yield from part.leaves()


class AssetAll(_Joined):
    """All of its parts."""

    word = "all"


class AssetAny(_Joined):
    """Any of its parts."""

    word = "any"


def as_expression(given: Any) -> AssetExpression:
    """One asset, an expression, or several assets that must all be updated; raises ``ValueError``."""
    if isinstance(given, AssetExpression):
        return given
    if not given or not isinstance(given, (list, tuple, set, frozenset)):
        raise bad("assets", given)
    if not all(isinstance(one, AssetExpression) for one in given):
        raise bad("a list of assets", given)
    return AssetAll(*given)


def summary(expression: AssetExpression) -> str:
    """What people read of an expression: its one asset, or how many there are."""
    names = [leaf.name or getattr(leaf, "uri", "") for leaf in expression.leaves()]
    return names[0] if len(names) == 1 else f"{len(names)} assets"
