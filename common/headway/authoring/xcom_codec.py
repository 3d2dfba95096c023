"""XCom values as text: strict JSON, with tagged forms for the common Python types that JSON lacks.

A tagged form is an object ``{"__headway__": <name>, "value": …}``. A user's own dict that happens to
hold that key, or whose keys are not all strings, is written as the tagged form ``map``, so what is
decoded is always what was encoded. Exceptions: an Enum member travels as its value, a named tuple as a
tuple, numpy scalars as Python numbers, subclasses of the built-in types as those.
"""

from __future__ import annotations

import base64
import json
import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from uuid import UUID

from headway.authoring.later import value_of
from headway.errors import XComError

if TYPE_CHECKING:
    from collections.abc import Callable

#: Largest encoded value in bytes, unless the settings say otherwise.
DEFAULT_MAX_BYTES = 1_048_576
MAX_DEPTH = 100
TAG = "__headway__"

_REMEDY = (
    "return plain JSON values, dates, Decimals, sets, bytes or paths; "
    "write anything else to a file, table or object store and return its address"
)
_REMEDIES = {
    "DataFrame": "return frame.to_dict('records'), or write it to a file or table and return its address",
    "Series": "return series.to_list() or series.to_dict()",
    "ndarray": "return array.tolist()",
}


def encode(value: Any, *, task_id: str = "", key: str = "return_value", max_bytes: int = DEFAULT_MAX_BYTES) -> str:
    """The JSON text of ``value``.

    Raises ``XComError`` for a type that cannot travel (with its place inside the value) and for a text
    of more than ``max_bytes`` bytes.
    """
    if value is None or value is True or value is False:
        return json.dumps(value)
    where = f"XCom {key!r} of task {task_id!r}" if task_id else f"XCom {key!r}"
    try:
        packed = _pack(value, "value", 0)
    except _UnserialisableError as fault:
        raise XComError(f"{where} cannot be stored: {fault}", fault.remedy) from None
    text, size = _dump(packed)
    if size > max_bytes:
        raise XComError(
            f"{where} takes {size:,} bytes, the cap is {max_bytes:,}",
            "write the data to a file, table or object store and hand over its address, "
            "or raise the setting xcom.max_bytes",
        )
    return text


def decode(text: str) -> Any:
    """The value that ``encode`` was given."""
    if TAG in text:
        return json.loads(text, object_hook=_unpack)
    return json.loads(text)


class _UnserialisableError(Exception):
    def __init__(self, fault: str, remedy: str = _REMEDY) -> None:
        super().__init__(fault)
        self.remedy = remedy


def _dump(packed: Any) -> tuple[str, int]:
    text = json.dumps(packed, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        return text, len(text.encode())
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8 form, but an escaped one
        text = json.dumps(packed, allow_nan=False, separators=(",", ":"))
        return text, len(text)


def _pack(value: Any, path: str, depth: int) -> Any:
    value = value_of(value)
    if value is None or type(value) in (str, int, bool):
        return value
    if depth > MAX_DEPTH:
        raise _UnserialisableError(f"it is nested more than {MAX_DEPTH} deep, or contains itself")
    if isinstance(value, Enum):
        return _pack(value.value, path, depth + 1)
    if isinstance(value, dict):
        return _pack_dict(value, path, depth)
    if isinstance(value, list):
        return _pack_items(value, path, depth)
    for kind, name, to_json in _CONTAINERS:
        if isinstance(value, kind):
            return _tagged(name, _pack_items(to_json(value), path, depth))
    return _pack_scalar(value, path, depth)


def _pack_items(items: Any, path: str, depth: int) -> list[Any]:
    return [_pack(item, f"{path}[{position}]", depth + 1) for position, item in enumerate(items)]


def _pack_dict(value: dict[Any, Any], path: str, depth: int) -> Any:
    packed = [(key, _pack(item, f"{path}[{key!r}]", depth + 1)) for key, item in value.items()]
    if all(type(key) is str for key in value) and TAG not in value:
        return dict(packed)
    keys = [_pack(key, f"{path}, key {key!r}", depth + 1) for key in value]
    return _tagged("map", [[key, item] for key, (_, item) in zip(keys, packed, strict=True)])


def _pack_scalar(value: Any, path: str, depth: int) -> Any:
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else _tagged("float", repr(float(value)))
    if isinstance(value, str | int):
        return str.__str__(value) if isinstance(value, str) else int(value)
    for kind, name, to_json in _SCALARS:
        if isinstance(value, kind):
            return _tagged(name, to_json(value))
    if type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        return _pack(value.item(), path, depth + 1)
    kind_name = type(value).__name__
    article = "an" if kind_name[:1].lower() in "aeiou" else "a"
    raise _UnserialisableError(f"{path} is {article} {kind_name}", _REMEDIES.get(kind_name, _REMEDY))


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
        import pendulum

        return pendulum.instance(value, tz=value.tzinfo)
    return value


def _pack_timedelta(value: timedelta) -> list[int]:
    plain: timedelta = value.as_timedelta() if hasattr(value, "as_timedelta") else value
    return [plain.days, plain.seconds, plain.microseconds]


def _pack_bytes(value: bytes | bytearray) -> str:
    return base64.b64encode(value).decode()


_CONTAINERS: tuple[tuple[type, str, Callable[[Any], Any]], ...] = (
    (tuple, "tuple", list),
    (frozenset, "frozenset", list),
    (set, "set", list),
)

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
}


def _unpack(found: dict[str, Any]) -> Any:
    name = found.get(TAG)
    if name is None:
        return found
    reader = _READERS.get(name)
    if reader is None:
        raise XComError(
            f"an XCom holds a value of the unknown kind {name!r}",
            "a newer Headway wrote it: upgrade this host",
        )
    return reader(found["value"])
