"""A log store through fsspec: objects below one address, written once and never changed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from typing import Any, TypeVar

from headway.errors import HeadwayError, NotFound, SettingsError
from headway.log_store.keys import is_safe
from headway.settings import METASTORE, LogSettings

T = TypeVar("T")

_MARKER = ".headway"  # says whose the store is
_PAUSE = 2.0  # seconds for which readers believe that a store is away
_AT_ONCE = 32  # requests under way at the same time
_TIMEOUTS = {"connect_timeout": 5, "read_timeout": 20, "retries": {"max_attempts": 1}, "max_pool_connections": _AT_ONCE}
_OPTIONS: dict[str, dict[str, Any]] = {
    "file": {"auto_mkdir": True},
    "s3": {"config_kwargs": _TIMEOUTS, "use_listings_cache": False},
}
_PACKAGES = {"s3": "'headway[s3fs]'", "s3a": "'headway[s3fs]'", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs"}
_REFUSED = {"memory": "keeps nothing", "local": "is called file", "http": "is read-only", "https": "is read-only"}


class LogStoreUnavailable(HeadwayError):
    """The log store cannot be reached, or does not do what it is asked to."""


def check(settings: LogSettings) -> None:
    """Whether this host can work with the log store of the settings; nothing is asked of the store itself.

    Raises ``SettingsError`` for an unknown kind of store, and for one whose package is not installed.
    """
    if settings.store != METASTORE:
        _check_protocol(settings.store.partition("://")[0])


class ObjectStore:
    """One store; opened at first use, usable from several threads.

    ``options`` are those of fsspec for its kind. Whatever the store does not do raises ``LogStoreUnavailable``.
    """

    def __init__(self, url: str, options: Mapping[str, Any]) -> None:
        self.url = url
        self._protocol, _, path = url.partition("://")
        self._root = path.rstrip("/")
        self._options = {**_OPTIONS.get(self._protocol, {}), **options}
        self._opened: Any = None
        self._away_until = 0.0
        self._trouble: LogStoreUnavailable | None = None

    @classmethod
    def of(cls, settings: LogSettings, url: str = "") -> ObjectStore:
        """The store of the settings, or another one with the same options."""
        return cls(url or settings.store, json.loads(settings.store_options.get_secret_value() or "{}"))

    def put(self, objects: Mapping[str, bytes]) -> None:
        """Write objects, many at once; those that are there already are replaced."""
        if objects:
            self._try(lambda fs: fs.pipe({self._place(key): data for key, data in objects.items()}, **self._batch(fs)))

    def get(self, key: str, start: int, end: int) -> bytes:
        """The bytes of an object from ``start`` up to ``end``; raises ``NotFound`` when it is not there.

        A store that has just failed is not asked again at once, so that readers do not queue up before it.
        """
        if self._trouble is not None and time.monotonic() < self._away_until:
            raise self._trouble
        data = self._try(lambda fs: self._bytes(fs, key, start, end))
        if not data:
            raise NotFound(
                f"this log lies in {self.url} as {key}, where this host does not find it",
                "is it the right folder or bucket, and mounted here? Or has somebody deleted it there?",
            )
        return data

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; those that are gone already are no fault."""
        places = [self._place(key) for key in keys]
        self._try(lambda fs: _delete(fs, places))

    def owner(self) -> str | None:
        """Which installation the store belongs to; None for a new one."""
        data = self._try(lambda fs: self._bytes(fs, _MARKER, 0, 4096))
        try:
            return str(json.loads(data)["installation"]) if data else None
        except (ValueError, KeyError, TypeError):
            return "unknown"

    def own(self, installation: str) -> None:
        """Say whose the store is from now on."""
        self.put({_MARKER: json.dumps({"installation": installation, "holds": "logs of Headway's tasks"}).encode()})

    def _bytes(self, fs: Any, key: str, start: int, end: int) -> bytes | None:
        with contextlib.suppress(FileNotFoundError):
            return bytes(fs.cat_file(self._place(key), start=start, end=end))
        return None

    def _place(self, key: str) -> str:
        if not is_safe(key):
            raise NotFound(f"{key!r} is no name of an object in a log store", "")
        return f"{self._root}/{key}"

    @staticmethod
    def _batch(fs: Any) -> dict[str, int]:
        return {"batch_size": _AT_ONCE} if fs.async_impl else {}

    def _try(self, work: Callable[[Any], T]) -> T:
        try:
            done = work(self._file_system())
        except HeadwayError:
            raise
        except Exception as error:  # noqa: BLE001 - every kind of store has its own errors
            self._trouble = _unavailable(self.url, error)
            self._away_until = time.monotonic() + _PAUSE
            raise self._trouble from None
        self._trouble = None
        return done

    def _file_system(self) -> Any:
        if self._opened is None:
            _check_protocol(self._protocol)
            import fsspec

            self._opened = fsspec.filesystem(self._protocol, **self._options)
            if self._protocol == "s3":
                self._opened.retries = 2  # whoever asks comes again
        return self._opened


def _check_protocol(protocol: str) -> None:
    if protocol in _REFUSED:
        raise SettingsError(f"logs.store: a store of the kind {protocol}:// {_REFUSED[protocol]}", _EXPECTED)
    from fsspec.registry import known_implementations, registry

    known = known_implementations.get(protocol)
    if known is None and protocol not in registry:
        raise SettingsError(f"logs.store: fsspec knows no store of the kind {protocol}://", _EXPECTED)
    package = known["class"].partition(".")[0] if known else "fsspec"
    if find_spec(package) is None:
        raise SettingsError(
            f"logs.store: {protocol}:// needs the Python package {package}, which is not installed on this host",
            f"pip install {_PACKAGES.get(protocol, package)}",
        )


_EXPECTED = "set logs.store to metastore, s3://bucket/prefix, gs://bucket/prefix or file:///shared/folder"


def _unavailable(url: str, error: BaseException) -> LogStoreUnavailable:
    said = (str(error).strip().splitlines() or [""])[0]
    return LogStoreUnavailable(
        f"the log store {url} does not do what it should: {said or type(error).__name__}",
        "check logs.store, logs.store_options and that this host reaches the store; `headway info` tries it",
    )


def _delete(fs: Any, places: list[str]) -> None:
    if fs.async_impl:
        from fsspec.asyn import sync

        for number in range(0, len(places), _AT_ONCE):
            sync(fs.loop, _delete_together, fs, places[number : number + _AT_ONCE])
        return
    for place in places:
        with contextlib.suppress(FileNotFoundError):
            fs.rm_file(place)
        _delete_empty_folders(fs, place)


async def _delete_together(fs: Any, places: list[str]) -> None:
    for outcome in await asyncio.gather(*(fs._rm_file(place) for place in places), return_exceptions=True):
        if isinstance(outcome, BaseException) and not isinstance(outcome, FileNotFoundError):
            raise outcome


def _delete_empty_folders(fs: Any, place: str) -> None:
    """The folders of run, DAG and day, as far as nothing else is in them."""
    with contextlib.suppress(OSError):
        for _ in range(4):
            place = place.rpartition("/")[0]
            fs.rmdir(place)
