"""Operators on S3 buckets and objects."""

from __future__ import annotations

import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.current_file import fault
from headway.authoring.exceptions import AirflowException
from headway.authoring.operator import BaseOperator
from headway.hooks.s3 import S3Hook
from headway.hooks.subprocess import SubprocessHook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from headway.authoring.context import Context


class S3Operator(BaseOperator):
    """Base of operators and sensors on S3: ``hook`` is the hook of ``aws_conn_id``.

    ``verify`` is a file of certificates, or False; ``botocore_config`` holds the arguments of botocore's ``Config``.
    """

    aws_template_fields: ClassVar[Sequence[str]] = ("aws_conn_id", "region_name", "verify")
    template_fields: ClassVar[Sequence[str]] = aws_template_fields

    def __init__(
        self,
        *,
        aws_conn_id: str | None = "aws_default",
        region_name: str | None = None,
        verify: bool | str | None = None,
        botocore_config: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.aws_conn_id = aws_conn_id
        self.region_name = region_name
        self.verify = verify
        self.botocore_config = botocore_config

    @cached_property
    def hook(self) -> S3Hook:
        """The hook of the operator's connection."""
        return S3Hook(self.aws_conn_id, verify=self.verify, region_name=self.region_name, config=self.botocore_config)


class S3CreateBucketOperator(S3Operator):
    """Makes a bucket unless there is one of that name."""

    template_fields: ClassVar[Sequence[str]] = ("bucket_name", *S3Operator.aws_template_fields)

    def __init__(self, *, bucket_name: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bucket_name = bucket_name

    def execute(self, context: Context) -> None:
        """Make it."""
        if self.hook.check_for_bucket(self.bucket_name):
            self.log.info("There is a bucket %s already", self.bucket_name)
        else:
            self.hook.create_bucket(self.bucket_name, self.region_name)


class S3DeleteBucketOperator(S3Operator):
    """Deletes a bucket if there is one of that name; ``force_delete`` deletes its objects first."""

    template_fields: ClassVar[Sequence[str]] = ("bucket_name", *S3Operator.aws_template_fields)

    def __init__(self, *, bucket_name: str, force_delete: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bucket_name = bucket_name
        self.force_delete = force_delete

    def execute(self, context: Context) -> None:
        """Delete it."""
        if self.hook.check_for_bucket(self.bucket_name):
            self.hook.delete_bucket(self.bucket_name, force_delete=self.force_delete)
        else:
            self.log.info("There is no bucket %s", self.bucket_name)


class S3CopyObjectOperator(S3Operator):
    """Copies an object inside the store; keys may be whole addresses."""

    template_fields: ClassVar[Sequence[str]] = (
        "source_bucket_key", "dest_bucket_key", "source_bucket_name", "dest_bucket_name",
        *S3Operator.aws_template_fields,
    )  # fmt: skip

    def __init__(
        self,
        *,
        source_bucket_key: str,
        dest_bucket_key: str,
        source_bucket_name: str | None = None,
        dest_bucket_name: str | None = None,
        source_version_id: str | None = None,
        acl_policy: str | None = None,
        meta_data_directive: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source_bucket_key = source_bucket_key
        self.dest_bucket_key = dest_bucket_key
        self.source_bucket_name = source_bucket_name
        self.dest_bucket_name = dest_bucket_name
        self.source_version_id = source_version_id
        self.acl_policy = acl_policy
        self.meta_data_directive = meta_data_directive

    def execute(self, context: Context) -> None:
        """Copy it."""
        self.hook.copy_object(
            self.source_bucket_key,
            self.dest_bucket_key,
            self.source_bucket_name,
            self.dest_bucket_name,
            self.source_version_id,
            self.acl_policy,
            self.meta_data_directive,
        )


class S3CreateObjectOperator(S3Operator):
    """Writes ``data``, a text or bytes, into an object."""

    template_fields: ClassVar[Sequence[str]] = ("s3_bucket", "s3_key", "data", *S3Operator.aws_template_fields)

    def __init__(
        self,
        *,
        s3_key: str,
        data: str | bytes,
        s3_bucket: str | None = None,
        replace: bool = False,
        encrypt: bool = False,
        acl_policy: str | None = None,
        encoding: str | None = None,
        compression: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.s3_bucket = s3_bucket
        self.s3_key = s3_key
        self.data = data
        self.replace = replace
        self.encrypt = encrypt
        self.acl_policy = acl_policy
        self.encoding = encoding
        self.compression = compression

    def execute(self, context: Context) -> None:
        """Write it."""
        bucket, key = self.hook.get_s3_bucket_key(self.s3_bucket, self.s3_key, "s3_bucket", "s3_key")
        common: dict[str, Any] = {"replace": self.replace, "encrypt": self.encrypt, "acl_policy": self.acl_policy}
        if isinstance(self.data, str):
            self.hook.load_string(
                self.data, key, bucket, encoding=self.encoding, compression=self.compression, **common
            )
        else:
            self.hook.load_bytes(self.data, key, bucket, **common)


class S3DeleteObjectsOperator(S3Operator):
    """Deletes objects: those named by ``keys``, or all under ``prefix`` (changed between two times, if given)."""

    template_fields: ClassVar[Sequence[str]] = (
        "bucket", "keys", "prefix", "from_datetime", "to_datetime", *S3Operator.aws_template_fields,
    )  # fmt: skip

    def __init__(
        self,
        *,
        bucket: str,
        keys: str | list[str] | None = None,
        prefix: str | None = None,
        from_datetime: datetime | None = None,
        to_datetime: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.bucket = bucket
        self.keys = keys
        self.prefix = prefix
        self.from_datetime = from_datetime
        self.to_datetime = to_datetime
        selects = any(given is not None for given in (prefix, from_datetime, to_datetime))
        if (keys is not None) == selects:
            text = f"task {self.task_id!r}: expected either keys, or a prefix or times"
            raise fault(text, "name the keys, or what selects them", self.place)

    def execute(self, context: Context) -> None:
        """Delete them."""
        keys = self.keys
        if keys is None:
            keys = self.hook.list_keys(
                self.bucket, self.prefix or "", from_datetime=self.from_datetime, to_datetime=self.to_datetime
            )
        if keys:
            self.hook.delete_objects(self.bucket, keys)


class S3ListOperator(S3Operator):
    """The keys under ``prefix`` as XCom; ``apply_wildcard`` takes the prefix for a pattern."""

    template_fields: ClassVar[Sequence[str]] = ("bucket", "prefix", "delimiter", *S3Operator.aws_template_fields)
    ui_color = "#ffd700"

    def __init__(
        self, *, bucket: str, prefix: str = "", delimiter: str = "", apply_wildcard: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.bucket = bucket
        self.prefix = prefix
        self.delimiter = delimiter
        self.apply_wildcard = apply_wildcard

    def execute(self, context: Context) -> list[str]:
        """List them."""
        return self.hook.list_keys(self.bucket, self.prefix, self.delimiter, apply_wildcard=self.apply_wildcard)


class S3ListPrefixesOperator(S3Operator):
    """The "folders" right below ``prefix`` as XCom."""

    template_fields: ClassVar[Sequence[str]] = ("bucket", "prefix", "delimiter", *S3Operator.aws_template_fields)
    ui_color = "#ffd700"

    def __init__(self, *, bucket: str, prefix: str, delimiter: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bucket = bucket
        self.prefix = prefix
        self.delimiter = delimiter

    def execute(self, context: Context) -> list[str]:
        """List them."""
        return self.hook.list_prefixes(self.bucket, self.prefix, self.delimiter)


class S3FileTransformOperator(S3Operator):
    """Has a program make one object of another.

    ``transform_script`` is called with a local copy of the source and the file to write, then
    ``script_args``; without a script the object is copied. Source and destination have connections of
    their own.
    """

    template_fields: ClassVar[Sequence[str]] = ("source_s3_key", "dest_s3_key", "script_args")
    ui_color = "#f9c915"

    def __init__(
        self,
        *,
        source_s3_key: str,
        dest_s3_key: str,
        transform_script: str | None = None,
        select_expression: str | None = None,
        script_args: Sequence[str] | None = None,
        source_aws_conn_id: str | None = "aws_default",
        source_verify: bool | str | None = None,
        dest_aws_conn_id: str | None = "aws_default",
        dest_verify: bool | str | None = None,
        replace: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if select_expression is not None:
            text = f"task {self.task_id!r}: select_expression needs S3 Select, which the service no longer offers"
            raise fault(text, "filter in transform_script", self.place)
        self.source_s3_key = source_s3_key
        self.dest_s3_key = dest_s3_key
        self.transform_script = transform_script
        self.script_args = script_args or []
        self.source_aws_conn_id = source_aws_conn_id
        self.source_verify = source_verify
        self.dest_aws_conn_id = dest_aws_conn_id
        self.dest_verify = dest_verify
        self.replace = replace
        self._program = SubprocessHook()

    def execute(self, context: Context) -> None:
        """Download, transform, upload."""
        source = S3Hook(self.source_aws_conn_id, verify=self.source_verify)
        destination = S3Hook(self.dest_aws_conn_id, verify=self.dest_verify)
        with tempfile.TemporaryDirectory(prefix="headway-s3-") as folder:
            made = Path(source.download_file(self.source_s3_key, local_path=folder))
            if self.transform_script is not None:
                made = self._transformed(self.transform_script, made)
            destination.load_file(made, self.dest_s3_key, replace=self.replace)

    def on_kill(self) -> None:
        """End the program."""
        self._program.send_sigterm()

    def _transformed(self, script: str, source: Path) -> Path:
        target = source.with_name(source.name + ".transformed")
        command = [script, str(source), str(target), *map(str, self.script_args)]
        done = self._program.run_command(command)
        if done.exit_code != 0:
            raise AirflowException(
                f"{script} ended with code {done.exit_code}", remedy="the lines above are its output"
            )
        if not target.exists():
            raise AirflowException(f"{script} wrote nothing into its second argument", remedy="mend the script")
        return target
