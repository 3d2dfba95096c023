"""Buckets, keys and addresses of S3: which object a call of ``S3Hook`` means."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar
from urllib.parse import urlsplit

from headway.authoring.exceptions import AirflowException

F = TypeVar("F", bound=Callable[..., Any])

_WILDCARDS = "*?["


def provide_bucket_name(function: F) -> F:
    """Have a method of ``S3Hook`` take the connection's bucket when its ``bucket_name`` is left out."""
    return _with_bucket(function)


def unify_bucket_name_and_key(function: F) -> F:
    """Have a method of ``S3Hook`` take ``s3://bucket/key`` as its key instead of both arguments."""
    return _with_bucket(function)


def _with_bucket(function: F) -> F:
    names = list(signature(function).parameters)[1:]

    @wraps(function)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = dict(zip(names, args, strict=False)) | kwargs
        if not given.get("bucket_name"):
            if is_address(given.get("key")):
                given["bucket_name"], given["key"] = parse_s3_url(given["key"])
            else:
                given["bucket_name"] = self.default_bucket
        return function(self, **given)

    return call  # type: ignore[return-value]


def is_address(key: Any) -> bool:
    """Whether a key is a whole address, bucket included."""
    return isinstance(key, str) and "://" in key


def parse_s3_url(s3url: str) -> tuple[str, str]:
    """Bucket and key of ``s3://bucket/key``, or of an https address with the bucket in its host or path."""
    parts = urlsplit(s3url)
    if not parts.netloc:
        raise AirflowException(f"expected an address like s3://bucket/key, got {s3url!r}")
    if parts.scheme.lower() in ("s3", "s3a", "s3n"):
        return parts.netloc, s3url.split("://", 1)[1].partition("/")[2]
    if parts.netloc.startswith("s3"):
        bucket, _, key = parts.path.lstrip("/").partition("/")
        return bucket, key
    return parts.netloc.partition(".")[0], parts.path.lstrip("/")


def has_wildcard(pattern: str) -> bool:
    """Whether a key is a pattern."""
    return any(mark in pattern for mark in _WILDCARDS)


def literal_start(pattern: str) -> str:
    """What every key that fits a pattern begins with."""
    places = [pattern.find(mark) for mark in _WILDCARDS if mark in pattern]
    return pattern[: min(places)] if places else pattern
