"""What ``airflow.utils.helpers`` offers: small functions on lists, dictionaries and names."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Generator, Iterable
from typing import Any, TypeVar

from headway.authoring.dependencies import chain, cross_downstream

__all__ = [
    "as_flattened_list",
    "as_tuple",
    "at_most_one",
    "chain",
    "chunks",
    "convert_camel_to_snake",
    "cross_downstream",
    "exactly_one",
    "is_container",
    "is_in",
    "merge_dicts",
    "parse_template_string",
    "partition",
    "prune_dict",
    "reduce_in_chunks",
    "render_template_to_string",
    "validate_key",
]

T = TypeVar("T")
S = TypeVar("S")

_KEY = re.compile(r"[\w.-]+")


def chunks(items: list[T], chunk_size: int) -> Generator[list[T], None, None]:
    """The list in parts of ``chunk_size``; the last one may be shorter."""
    if chunk_size <= 0:
        raise ValueError(f"expected a chunk size above zero, got {chunk_size}")
    for start in range(0, len(items), chunk_size):
        yield items[start : start + chunk_size]


def reduce_in_chunks(fn: Callable[[S, list[T]], S], iterable: list[T], initializer: S, chunk_size: int = 0) -> S:
    """Fold the list into ``initializer``, a part of it at a time."""
    if not iterable:
        return initializer
    return functools.reduce(fn, chunks(iterable, chunk_size or len(iterable)), initializer)


def as_flattened_list(iterable: Iterable[Iterable[T]]) -> list[T]:
    """The elements of all elements."""
    return list(itertools.chain.from_iterable(iterable))


def is_container(obj: Any) -> bool:
    """Whether it can be looped over and is no text."""
    return hasattr(obj, "__iter__") and not isinstance(obj, str)


def is_in(obj: Any, container: Iterable[Any]) -> bool:
    """Whether this very object is in ``container``."""
    return any(one is obj for one in container)


def as_tuple(obj: Any) -> tuple[Any, ...]:
    """A container's elements, or anything else as the only element."""
    return tuple(obj) if is_container(obj) else (obj,)


def merge_dicts(dict1: dict[Any, Any], dict2: dict[Any, Any]) -> dict[Any, Any]:
    """Both, the second one's values first; dictionaries inside are merged in the same way."""
    merged = dict(dict1)
    for key, value in dict2.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = merge_dicts(merged[key], value) if both else value
    return merged


def partition(pred: Callable[[T], bool], iterable: Iterable[T]) -> tuple[Iterable[T], Iterable[T]]:
    """Those for which ``pred`` is false, and those for which it is true."""
    one, other = itertools.tee(iterable)
    return itertools.filterfalse(pred, one), filter(pred, other)


def prune_dict(val: Any, mode: str = "strict") -> Any:
    """Without what is None; with ``mode="truthy"`` without what is empty or zero, too."""
    keep: Callable[[Any], bool] = bool if mode == "truthy" else lambda one: one is not None
    if isinstance(val, dict):
        pruned = {key: prune_dict(one, mode) for key, one in val.items() if keep(one)}
        return {key: one for key, one in pruned.items() if keep(one) and one != {}}
    if isinstance(val, list):
        return [prune_dict(one, mode) for one in val if keep(one)]
    return val


def exactly_one(*args: Any) -> bool:
    """Whether one argument is true and no other."""
    return sum(bool(one) for one in args) == 1


def at_most_one(*args: Any) -> bool:
    """Whether no more than one argument is true."""
    return sum(bool(one) for one in args) <= 1


def convert_camel_to_snake(camel_str: str) -> str:
    """``TaskGroup`` → ``task_group``."""
    return re.sub(r"(?!^)([A-Z]+)", r"_\1", camel_str).lower()


def validate_key(k: str, max_length: int = 250) -> None:
    """Raise unless ``k`` could be an id."""
    if not isinstance(k, str) or not _KEY.fullmatch(k) or len(k) > max_length:
        raise ValueError(f"expected an id of at most {max_length} letters, digits, '_', '-' and '.', got {k!r}")


def parse_template_string(template_string: str) -> tuple[str | None, Any]:
    """A Jinja template if there are braces in it, else the text itself: ``(text, None)`` or ``(None, template)``."""
    if "{{" not in template_string:
        return template_string, None
    import jinja2

    return None, jinja2.Template(template_string)


def render_template_to_string(template: Any, context: Any) -> str:
    """What a Jinja template makes of ``context``."""
    return str(template.render(**context))
