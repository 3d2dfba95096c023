"""Python values as JSON data, with tagged forms for the common types that JSON lacks.

A tagged form is an object ``{"__headway__": <name>, "value": …}``. A user's own dict that happens to
hold that key, or whose keys are not all strings, is written as the tagged form ``map``, so what is
unpacked is always what was packed. Exceptions: an Enum member travels as its value, a named tuple as a
tuple, numpy scalars as Python numbers, subclasses of the built-in types as those.

This file imports the standard library only and runs on Python 3.9: a task in another Python takes it along.
"""

from __future__ import annotations

import base64
import importlib
import io
import json
import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 100
TAG = "__headway__"

_REMEDY = (
    "return plain JSON values, dates, Decimals, sets, bytes or paths; "
    "write anything else to a file, table or object store and return its address"
)
_FRAME_REMEDY = (
    "install pyarrow on every worker (`pip install 'headway[pandas]'`), or return frame.to_dict('records'), "
    "or write it to a file or table and return its address"
)
_REMEDIES = {
    "DataFrame": "return frame.to_dict('records'), or write it to a file or table and return its address",
    "Series": "return series.to_list() or series.to_dict()",
    "ndarray": "return array.tolist()",
}


class UnserialisableError(Exception):
    """A value that cannot travel; the message says where it lies, ``remedy`` what to do."""

    def __init__(self, fault: str, remedy: str = _REMEDY) -> None:
        super().__init__(fault)
        self.remedy = remedy


class UnknownKindError(Exception):
    """A tagged form that this version does not know."""


class Packer:
    """Makes JSON data of values; ``unwrap`` turns a stand-in into the value that it stands for."""

    def __init__(self, unwrap: Callable[[Any], Any] = lambda value: value) -> None:
        self._unwrap = unwrap

    def pack(self, value: Any, path: str = "value", depth: int = 0) -> Any:
        """The JSON data of ``value``; ``path`` is what an error calls it."""
        value = self._unwrap(value)
        if value is None or type(value) in (str, int, bool):
            return value
        if depth > MAX_DEPTH:
            raise UnserialisableError(f"it is nested more than {MAX_DEPTH} deep, or contains itself")
        if isinstance(value, Enum):
            return self.pack(value.value, path, depth + 1)
        if isinstance(value, dict):
            return self._dict(value, path, depth)
        if isinstance(value, list):
            return self._items(value, path, depth)
        for kind, name in _CONTAINERS:
            if isinstance(value, kind):
                return _tagged(name, self._items(list(value), path, depth))
        return self._scalar(value, path, depth)

    def _items(self, items: list[Any], path: str, depth: int) -> list[Any]:
        return [self.pack(item, f"{path}[{position}]", depth + 1) for position, item in enumerate(items)]

    def _dict(self, value: dict[Any, Any], path: str, depth: int) -> Any:
        packed = [(key, self.pack(item, f"{path}[{key!r}]", depth + 1)) for key, item in value.items()]
        if all(type(key) is str for key in value) and TAG not in value:
            return dict(packed)
        return _tagged("map", [[self.pack(key, f"{path}, key {key!r}", depth + 1), item] for key, item in packed])

    def _scalar(self, value: Any, path: str, depth: int) -> Any:
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else _tagged("float", repr(float(value)))
        if isinstance(value, (str, int)):
            return str.__str__(value) if isinstance(value, str) else int(value)
        for kind, name, to_json in _SCALARS:
            if isinstance(value, kind):
                return _tagged(name, to_json(value))
        if hasattr(value, "as_url"):
            return _tagged("object_path", value.as_url())
        if _is_frame(value):
            return _tagged("data_frame", _pack_frame(value, path))
        if type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0:
            return self.pack(value.item(), path, depth + 1)
        kind_name = type(value).__name__
        article = "an" if kind_name[:1].lower() in "aeiou" else "a"
        raise UnserialisableError(f"{path} is {article} {kind_name}", _REMEDIES.get(kind_name, _REMEDY))


def dump(packed: Any) -> tuple[str, int]:
    """The text of JSON data and its length in bytes."""
    text = json.dumps(packed, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        return text, len(text.encode())
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8 form, but an escaped one
        text = json.dumps(packed, allow_nan=False, separators=(",", ":"))
        return text, len(text)


def load(text: str) -> Any:
    """The value whose packed form has this text; raises ``UnknownKindError``."""
    if TAG in text:
        return json.loads(text, object_hook=_unpack)
    return json.loads(text)


def _tagged(name: str, value: Any) -> dict[str, Any]:
    return {TAG: name, "value": value}


def _pack_datetime(value: datetime) -> Any:
    zone = getattr(value.tzinfo, "key", None)
    wall = value.replace(tzinfo=None).isoformat() if zone else value.isoformat()
    library = "pendulum" if type(value).__module__.startswith("pendulum") else "datetime"
    return [wall, zone, value.fold, library]


def _unpack_datetime(packed: list[Any]) -> datetime:
    wall, zone, fold, library = packed
    value = datetime.fromisoformat(wall).replace(fold=fold)
    if zone is not None:
        from zoneinfo import ZoneInfo

        value = value.replace(tzinfo=ZoneInfo(zone))
    if library == "pendulum":
        try:
            import pendulum
        except ImportError:  # another Python may lack it
            return value
        return pendulum.instance(value, tz=value.tzinfo)
    return value


def _pack_timedelta(value: timedelta) -> list[int]:
    plain: timedelta = value.as_timedelta() if hasattr(value, "as_timedelta") else value
    return [plain.days, plain.seconds, plain.microseconds]


def _pack_bytes(value: bytes | bytearray) -> str:
    return base64.b64encode(value).decode()


def _is_frame(value: Any) -> bool:
    return type(value).__name__ == "DataFrame" and type(value).__module__.partition(".")[0] == "pandas"


def _pack_frame(frame: Any, path: str) -> dict[str, Any]:
    """A pandas data frame as Parquet, which keeps its types; rows and columns are for people who look at it."""
    parquet = io.BytesIO()
    try:
        frame.to_parquet(parquet)
    except ImportError:
        raise UnserialisableError(f"{path} is a DataFrame, and this Python has no pyarrow", _FRAME_REMEDY) from None
    except (TypeError, ValueError, NotImplementedError, OverflowError) as error:
        raise UnserialisableError(f"{path} is a DataFrame that Parquet cannot hold: {error}", _FRAME_REMEDY) from None
    return {
        "rows": len(frame),
        "columns": [str(column) for column in frame.columns],
        "parquet": _pack_bytes(parquet.getvalue()),
    }


def _unpack_frame(packed: dict[str, Any]) -> Any:
    return importlib.import_module("pandas").read_parquet(io.BytesIO(base64.b64decode(packed["parquet"])))


def _object_path(url: str) -> Any:
    try:
        from headway.authoring.object_path import ObjectStoragePath
    except ImportError:  # in a Python of a task's own, which has this file alone
        return url
    return ObjectStoragePath(url)


_CONTAINERS: tuple[tuple[type[Any], str], ...] = ((tuple, "tuple"), (frozenset, "frozenset"), (set, "set"))

#: Order matters: a datetime is a date.
_SCALARS: tuple[tuple[type[Any], str, Callable[[Any], Any]], ...] = (
    (datetime, "datetime", _pack_datetime),
    (date, "date", date.isoformat),
    (time, "time", time.isoformat),
    (timedelta, "timedelta", _pack_timedelta),
    (Decimal, "decimal", str),
    (UUID, "uuid", str),
    (bytes, "bytes", _pack_bytes),
    (bytearray, "bytes", _pack_bytes),
    (PurePath, "path", str),
)

_READERS: dict[str, Callable[[Any], Any]] = {
    "map": dict,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "float": float,
    "datetime": _unpack_datetime,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda parts: timedelta(*parts),
    "decimal": Decimal,
    "uuid": UUID,
    "bytes": base64.b64decode,
    "path": Path,
    "object_path": _object_path,
    "data_frame": _unpack_frame,
}


def _unpack(found: dict[str, Any]) -> Any:
    name = found.get(TAG)
    if name is None:
        return found
    reader = _READERS.get(name)
    if reader is None:
        raise UnknownKindError(name)
    return reader(found["value"])
