"""Sensors of objects in S3."""

from __future__ import annotations

import fnmatch
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.callables import call_with_context
from headway.authoring.current_file import fault
from headway.authoring.exceptions import AirflowException
from headway.authoring.moments import now
from headway.hooks.s3_addresses import literal_start
from headway.operators.s3 import S3Operator
from headway.sensors.base import BaseSensorOperator, poke_mode_only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headway.authoring.context import Context
    from headway.hooks.s3 import S3Hook


class S3KeySensor(S3Operator, BaseSensorOperator):
    """Waits for an object, or for all of a list of them.

    ``bucket_key`` is a key or an address ``s3://bucket/key``; with ``wildcard_match`` it may hold ``*`` and
    ``?``, with ``use_regex`` it is a regular expression for whole keys. ``check_fn`` gets the list of what was
    found (dicts with Key, Size, LastModified, … as ``metadata_keys`` name them) and says whether it will do.
    """

    template_fields: ClassVar[Sequence[str]] = ("bucket_key", "bucket_name", *S3Operator.aws_template_fields)

    def __init__(
        self,
        *,
        bucket_key: str | list[str],
        bucket_name: str | None = None,
        wildcard_match: bool = False,
        check_fn: Callable[..., bool] | None = None,
        use_regex: bool = False,
        metadata_keys: list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.bucket_key = bucket_key
        self.bucket_name = bucket_name
        self.wildcard_match = wildcard_match
        self.check_fn = check_fn
        self.use_regex = use_regex
        self.metadata_keys = metadata_keys or ["Size", "Key"]
        if use_regex and wildcard_match:
            text = f"task {self.task_id!r}: use_regex and wildcard_match are both given"
            raise fault(text, "keep one of them", self.place)

    def poke(self, context: Context) -> bool:
        """Look for every key."""
        keys = [self.bucket_key] if isinstance(self.bucket_key, str) else self.bucket_key
        return all(self._is_there(self.hook, key, context) for key in keys)

    def _is_there(self, hook: S3Hook, key: str, context: Context) -> bool:
        bucket, name = hook.get_s3_bucket_key(self.bucket_name, key, "bucket_name", "bucket_key")
        self.log.info("Looking for s3://%s/%s", bucket, name)
        found = self._found(hook, bucket, name)
        if not found or self.check_fn is None:
            return bool(found)
        listed = [self._described(hook, bucket, one) for one in found]
        return bool(call_with_context(self.check_fn, [listed], {}, context))

    def _found(self, hook: S3Hook, bucket: str, name: str) -> list[dict[str, Any]]:
        if self.wildcard_match:
            objects = hook.get_file_metadata(literal_start(name), bucket)
            return [one for one in objects if fnmatch.fnmatch(one["Key"], name)]
        if self.use_regex:
            return [one for one in hook.get_file_metadata("", bucket) if re.match(name, one["Key"])]
        head = hook.head_object(name, bucket)
        return [{**head, "Key": name, "Size": head["ContentLength"]}] if head is not None else []

    def _described(self, hook: S3Hook, bucket: str, found: dict[str, Any]) -> dict[str, Any]:
        if "*" in self.metadata_keys:
            return {**(hook.head_object(found["Key"], bucket) or {}), **found}
        missing = [name for name in self.metadata_keys if name not in found]
        whole = {**(hook.head_object(found["Key"], bucket) or {}), **found} if missing else found
        return {name: whole.get(name) for name in self.metadata_keys}


class S3PrefixSensor(S3Operator, BaseSensorOperator):
    """Waits until objects exist under each prefix."""

    template_fields: ClassVar[Sequence[str]] = ("prefix", "bucket_name", *S3Operator.aws_template_fields)

    def __init__(
        self,
        *,
        bucket_name: str,
        prefix: str | list[str],
        delimiter: str = "/",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.bucket_name = bucket_name
        self.prefix = prefix
        self.delimiter = delimiter

    def poke(self, context: Context) -> bool:
        """Look for every prefix."""
        prefixes = [self.prefix] if isinstance(self.prefix, str) else self.prefix
        return all(self.hook.list_keys(self.bucket_name, one, max_items=1) for one in prefixes)


@poke_mode_only
class S3KeysUnchangedSensor(S3Operator, BaseSensorOperator):
    """Waits until the objects under a prefix have stayed the same for ``inactivity_period`` seconds.

    There must be ``min_objects``. An object that vanishes starts the wait anew, or fails the task with
    ``allow_delete=False``. ``previous_objects`` are keys known from before.
    """

    template_fields: ClassVar[Sequence[str]] = ("bucket_name", "prefix", *S3Operator.aws_template_fields)

    def __init__(
        self,
        *,
        bucket_name: str,
        prefix: str,
        inactivity_period: float = 60 * 60,
        min_objects: int = 1,
        previous_objects: set[str] | None = None,
        allow_delete: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.bucket_name = bucket_name
        self.prefix = prefix
        self.inactivity_period = inactivity_period
        self.min_objects = min_objects
        self.previous_objects = set(previous_objects or ())
        self.allow_delete = allow_delete
        self._changed: datetime | None = None

    def poke(self, context: Context) -> bool:
        """Compare with the last poke."""
        keys = self.hook.list_keys(self.bucket_name, self.prefix)
        return self.is_keys_unchanged(set(keys))

    def is_keys_unchanged(self, current_objects: set[str]) -> bool:
        """Whether these keys have been the same for long enough."""
        gone = self.previous_objects - current_objects
        if gone and not self.allow_delete:
            raise AirflowException(
                f"objects vanished under {self.prefix!r}: {', '.join(sorted(gone))}",
                remedy="pass allow_delete=True if objects may be deleted meanwhile",
            )
        if self._changed is None or current_objects != self.previous_objects:
            self.previous_objects = current_objects
            self._changed = now()
        quiet = (now() - self._changed).total_seconds()
        return quiet >= self.inactivity_period and len(current_objects) >= self.min_objects
