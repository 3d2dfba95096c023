"""XCom values as text: strict JSON with the tagged forms of ``tagged_json``, up to a size."""

from __future__ import annotations

import json
from typing import Any

from headway.authoring.later import value_of
from headway.authoring.lazy_sequence import LazySequence
from headway.authoring.tagged_json import TAG, Packer, UnknownKindError, UnserialisableError, dump, load
from headway.errors import XComError

__all__ = ["DEFAULT_MAX_BYTES", "TAG", "decode", "encode", "unwrapped"]

#: Largest encoded value in bytes, unless the settings say otherwise.
DEFAULT_MAX_BYTES = 1_048_576


def unwrapped(value: Any) -> Any:
    """What a stand-in stands for: a value that is looked up late, a sequence that is made late."""
    value = value_of(value)
    return list(value) if isinstance(value, LazySequence) else value


_packer = Packer(unwrapped)


def encode(value: Any, *, task_id: str = "", key: str = "return_value", max_bytes: int = DEFAULT_MAX_BYTES) -> str:
    """The JSON text of ``value``.

    Raises ``XComError`` for a type that cannot travel (with its place inside the value) and for a text
    of more than ``max_bytes`` bytes.
    """
    if value is None or value is True or value is False:
        return json.dumps(value)
    where = f"XCom {key!r} of task {task_id!r}" if task_id else f"XCom {key!r}"
    try:
        packed = _packer.pack(value)
    except UnserialisableError as fault:
        raise XComError(f"{where} cannot be stored: {fault}", fault.remedy) from None
    text, size = dump(packed)
    if size > max_bytes:
        raise XComError(
            f"{where} takes {size:,} bytes, the cap is {max_bytes:,}",
            "write the data to a file, table or object store and hand over its address, "
            "or raise the setting xcom.max_bytes",
        )
    return text


def decode(text: str) -> Any:
    """The value that ``encode`` was given."""
    try:
        return load(text)
    except UnknownKindError as kind:
        raise XComError(
            f"an XCom holds a value of the unknown kind {str(kind)!r}",
            "a newer Headway wrote it: upgrade this host",
        ) from None
    except ImportError as error:
        raise XComError(
            f"an XCom holds a data frame, and this Python lacks {error.name or 'pyarrow'}",
            "install it on every worker: `pip install 'headway[pandas]'`",
        ) from None
