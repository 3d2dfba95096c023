"""``S3Hook``: objects in S3 and stores that speak its protocol."""

from __future__ import annotations

import fnmatch
import gzip
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from headway.authoring.exceptions import AirflowException, AirflowNotFoundException
from headway.hooks.aws import AwsBaseHook
from headway.hooks.library import library
from headway.hooks.s3_addresses import (
    is_address,
    literal_start,
    parse_s3_url,
    provide_bucket_name,
    unify_bucket_name_and_key,
)

_DELETE_AT_ONCE = 1000  # what one request of the protocol takes


class S3Hook(AwsBaseHook):
    """Works on objects and buckets; ``key`` may everywhere be an address ``s3://bucket/key``.

    The bucket that a call leaves out is the connection's schema, or ``bucket_name`` of its
    ``service_config.s3``. ``extra_args`` go along with every upload and download.
    """

    hook_name = "Amazon S3"

    def __init__(
        self,
        aws_conn_id: str | None = AwsBaseHook.default_conn_name,
        transfer_config_args: dict[str, Any] | None = None,
        extra_args: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["client_type"] = "s3"
        super().__init__(aws_conn_id, **kwargs)
        self.transfer_config_args = transfer_config_args or {}
        self.extra_args = dict(extra_args or {})

    @property
    def default_bucket(self) -> str | None:
        """The bucket of calls that name none."""
        return self.service_config.get("bucket_name") or self.connection.schema

    @cached_property
    def resource(self) -> Any:
        """boto3's resource, for what the methods below do not do."""
        return self.get_resource_type()

    # Addresses

    parse_s3_url = staticmethod(parse_s3_url)

    @staticmethod
    def get_s3_bucket_key(
        bucket: str | None, key: str, bucket_param_name: str = "bucket_name", key_param_name: str = "key"
    ) -> tuple[str, str]:
        """Bucket and key from two arguments, of which the second may be a whole address."""
        if bucket is None:
            return parse_s3_url(key)
        if is_address(key):
            raise TypeError(f"with {bucket_param_name}, {key_param_name} is a key and no address: {key!r}")
        return bucket, key

    # Buckets

    @provide_bucket_name
    def check_for_bucket(self, bucket_name: str | None = None) -> bool:
        """Whether the bucket exists and may be read."""
        return self._exists(lambda: self.conn.head_bucket(Bucket=bucket_name))

    @provide_bucket_name
    def get_bucket(self, bucket_name: str | None = None) -> Any:
        """boto3's object of a bucket."""
        return self.resource.Bucket(bucket_name)

    @provide_bucket_name
    def create_bucket(self, bucket_name: str | None = None, region_name: str | None = None) -> None:
        """Make a bucket, in the hook's region unless another is named."""
        region = region_name or self.conn.meta.region_name
        place = {} if region in (None, "us-east-1", "aws-global") else {"LocationConstraint": region}
        options = {"CreateBucketConfiguration": place} if place else {}
        self.conn.create_bucket(Bucket=bucket_name, **options)

    def delete_bucket(self, bucket_name: str, force_delete: bool = False, max_retries: int = 5) -> None:
        """Delete a bucket; ``force_delete`` deletes its objects first."""
        if force_delete:
            self.delete_objects(bucket_name, self.list_keys(bucket_name))
        self.conn.delete_bucket(Bucket=bucket_name)

    # Looking

    @unify_bucket_name_and_key
    def head_object(self, key: str, bucket_name: str | None = None) -> dict[str, Any] | None:
        """What the store says about an object; None when there is none."""
        found: dict[str, Any] = {}
        exists = self._exists(lambda: found.update(self.conn.head_object(Bucket=bucket_name, Key=key)))
        return found if exists else None

    def check_for_key(self, key: str, bucket_name: str | None = None) -> bool:
        """Whether there is such an object."""
        return self.head_object(key, bucket_name) is not None

    @provide_bucket_name
    def check_for_prefix(self, prefix: str, delimiter: str, bucket_name: str | None = None) -> bool:
        """Whether there are objects under a prefix (a folder, its last delimiter may be left out)."""
        folder = prefix if prefix.endswith(delimiter) else prefix + delimiter
        parent = folder[: -len(delimiter)].rpartition(delimiter)[0]
        return folder in self.list_prefixes(bucket_name, parent + delimiter if parent else "", delimiter)

    @provide_bucket_name
    def list_prefixes(
        self,
        bucket_name: str | None = None,
        prefix: str | None = None,
        delimiter: str | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
    ) -> list[str]:
        """The "folders" right below ``prefix``."""
        pages = self._pages(bucket_name, prefix, delimiter, page_size, max_items)
        return [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", ())]

    @provide_bucket_name
    def list_keys(
        self,
        bucket_name: str | None = None,
        prefix: str | None = None,
        delimiter: str | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        start_after_key: str | None = None,
        from_datetime: datetime | None = None,
        to_datetime: datetime | None = None,
        object_filter: Callable[..., list[Any]] | None = None,
        apply_wildcard: bool = False,
    ) -> list[str]:
        """The keys under ``prefix``, which may hold ``*`` and ``?`` with ``apply_wildcard``; by time of change."""
        pattern = prefix if apply_wildcard and prefix else ""
        start = literal_start(pattern) if pattern else prefix
        pages = self._pages(bucket_name, start, delimiter, page_size, max_items, start_after_key)
        found = [one for page in pages for one in page.get("Contents", ())]
        if object_filter is not None:
            found = object_filter(found, from_datetime, to_datetime)
        return [
            one["Key"]
            for one in found
            if (not pattern or fnmatch.fnmatch(one["Key"], pattern))
            and (from_datetime is None or one["LastModified"] > from_datetime)
            and (to_datetime is None or one["LastModified"] < to_datetime)
        ]

    @provide_bucket_name
    def get_file_metadata(
        self,
        prefix: str,
        bucket_name: str | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
    ) -> list[dict[str, Any]]:
        """Key, Size, LastModified and ETag of every object under a prefix."""
        pages = self._pages(bucket_name, prefix, None, page_size, max_items)
        return [one for page in pages for one in page.get("Contents", ())]

    def get_wildcard_key(self, wildcard_key: str, bucket_name: str | None = None, delimiter: str = "") -> Any:
        """boto3's object of the first key that fits a pattern with ``*``, ``?`` or ``[…]``; None when none does."""
        bucket, pattern = self.get_s3_bucket_key(bucket_name or self._bucket_unless_url(wildcard_key), wildcard_key)
        for key in self.list_keys(bucket, literal_start(pattern), delimiter):
            if fnmatch.fnmatch(key, pattern):
                return self.get_key(key, bucket)
        return None

    def check_for_wildcard_key(self, wildcard_key: str, bucket_name: str | None = None, delimiter: str = "") -> bool:
        """Whether some key fits a pattern."""
        return self.get_wildcard_key(wildcard_key, bucket_name, delimiter) is not None

    # Reading

    @unify_bucket_name_and_key
    def get_key(self, key: str, bucket_name: str | None = None) -> Any:
        """boto3's object of a key; ``AirflowNotFoundException`` when there is none."""
        found = self.resource.Object(bucket_name, key)
        if not self._exists(found.load):
            raise AirflowNotFoundException(
                f"there is no object s3://{bucket_name}/{key}", remedy="check bucket and key"
            )
        return found

    def read_key(self, key: str, bucket_name: str | None = None) -> str:
        """An object's content as text (UTF-8)."""
        return str(self.get_key(key, bucket_name).get()["Body"].read().decode())

    @unify_bucket_name_and_key
    def download_file(
        self,
        key: str,
        bucket_name: str | None = None,
        local_path: str | None = None,
        preserve_file_name: bool = False,
        use_autogenerated_subdir: bool = True,
    ) -> str:
        """Write an object into a new file below ``local_path`` (the temporary folder); the file's path.

        With ``preserve_file_name`` the file keeps the key's last part, in a folder of its own unless
        ``use_autogenerated_subdir`` is False.
        """
        source = self.get_key(key, bucket_name)
        folder = Path(local_path or tempfile.gettempdir())
        if preserve_file_name:
            inner = Path(tempfile.mkdtemp(prefix="headway_s3_", dir=folder)) if use_autogenerated_subdir else folder
            target = inner / key.rsplit("/", 1)[-1]
        else:
            with tempfile.NamedTemporaryFile(dir=folder, prefix="headway_s3_", delete=False) as file:
                target = Path(file.name)
        with target.open("wb") as writer:
            source.download_fileobj(writer, ExtraArgs=self._download_args(), Config=self._transfer())
        return str(target)

    # Writing

    def load_file(
        self,
        filename: str | Path,
        key: str,
        bucket_name: str | None = None,
        replace: bool = False,
        encrypt: bool = False,
        gzip: bool = False,
        acl_policy: str | None = None,
    ) -> None:
        """Upload a local file; ``gzip`` packs it first."""
        with Path(filename).open("rb") as file:
            self._upload(_gzipped(file) if gzip else file, key, bucket_name, replace, encrypt, acl_policy)

    def load_string(
        self,
        string_data: str,
        key: str,
        bucket_name: str | None = None,
        replace: bool = False,
        encrypt: bool = False,
        encoding: str | None = None,
        acl_policy: str | None = None,
        compression: str | None = None,
    ) -> None:
        """Write a text into an object; ``compression`` may be ``gzip``."""
        if compression not in (None, "gzip"):
            raise NotImplementedError(f"compression: expected 'gzip' or None, got {compression!r}")
        data: Any = io.BytesIO(string_data.encode(encoding or "utf-8"))
        self._upload(_gzipped(data) if compression else data, key, bucket_name, replace, encrypt, acl_policy)

    def load_bytes(
        self,
        bytes_data: bytes,
        key: str,
        bucket_name: str | None = None,
        replace: bool = False,
        encrypt: bool = False,
        acl_policy: str | None = None,
    ) -> None:
        """Write bytes into an object."""
        self._upload(io.BytesIO(bytes_data), key, bucket_name, replace, encrypt, acl_policy)

    def load_file_obj(
        self,
        file_obj: Any,
        key: str,
        bucket_name: str | None = None,
        replace: bool = False,
        encrypt: bool = False,
        acl_policy: str | None = None,
    ) -> None:
        """Write what an open binary file holds into an object."""
        self._upload(file_obj, key, bucket_name, replace, encrypt, acl_policy)

    def copy_object(
        self,
        source_bucket_key: str,
        dest_bucket_key: str,
        source_bucket_name: str | None = None,
        dest_bucket_name: str | None = None,
        source_version_id: str | None = None,
        acl_policy: str | None = None,
        meta_data_directive: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Copy an object inside the store; either key may be a whole address."""
        source = self._place(source_bucket_name, source_bucket_key)
        bucket, key = self._place(dest_bucket_name, dest_bucket_key)
        origin = {"Bucket": source[0], "Key": source[1], "VersionId": source_version_id}
        options = {"ACL": acl_policy, "MetadataDirective": meta_data_directive, **kwargs}
        return self.conn.copy_object(
            Bucket=bucket,
            Key=key,
            CopySource={name: value for name, value in origin.items() if value},
            **{name: value for name, value in options.items() if value},
        )

    def delete_objects(self, bucket: str, keys: str | Sequence[str]) -> None:
        """Delete objects by key; ``AirflowException`` names those that the store kept."""
        listed = [keys] if isinstance(keys, str) else list(keys)
        for start in range(0, len(listed), _DELETE_AT_ONCE):
            chunk = [{"Key": key} for key in listed[start : start + _DELETE_AT_ONCE]]
            answer = self.conn.delete_objects(Bucket=bucket, Delete={"Objects": chunk})
            if kept := [one["Key"] for one in answer.get("Errors", ())]:
                raise AirflowException(f"the store did not delete {', '.join(kept)}", remedy="look at its permissions")

    def generate_presigned_url(
        self,
        client_method: str,
        params: dict[str, Any] | None = None,
        expires_in: int = 3600,
        http_method: str | None = None,
    ) -> str | None:
        """An address with which anybody can make one call for ``expires_in`` seconds."""
        made: str = self.conn.generate_presigned_url(
            ClientMethod=client_method, Params=params, ExpiresIn=expires_in, HttpMethod=http_method
        )
        return made

    # Parts

    def _upload(
        self, file: Any, key: str, bucket: str | None, replace: bool, encrypt: bool, acl_policy: str | None
    ) -> None:
        bucket_name, name = self._place(bucket, key)
        if not replace and self.check_for_key(name, bucket_name):
            raise ValueError(f"there is an object s3://{bucket_name}/{name} already; pass replace=True to overwrite it")
        options = dict(self.extra_args)
        if encrypt:
            options["ServerSideEncryption"] = "AES256"
        if acl_policy:
            options["ACL"] = acl_policy
        self.conn.upload_fileobj(file, bucket_name, name, ExtraArgs=options, Config=self._transfer())

    def _place(self, bucket: str | None, key: str) -> tuple[str, str]:
        return self.get_s3_bucket_key(bucket or self._bucket_unless_url(key), key)

    def _bucket_unless_url(self, key: str) -> str | None:
        if is_address(key):
            return None
        if self.default_bucket is None:
            raise AirflowException(f"no bucket is named for {key!r}", remedy="give bucket_name or s3://bucket/key")
        return self.default_bucket

    def _pages(
        self,
        bucket: str | None,
        prefix: str | None,
        delimiter: str | None,
        page_size: int | None,
        max_items: int | None,
        start_after: str | None = None,
    ) -> Iterator[dict[str, Any]]:
        yield from self.conn.get_paginator("list_objects_v2").paginate(
            Bucket=bucket,
            Prefix=prefix or "",
            Delimiter=delimiter or "",
            StartAfter=start_after or "",
            PaginationConfig={"PageSize": page_size, "MaxItems": max_items},
        )

    def _exists(self, look: Callable[[], Any]) -> bool:
        try:
            look()
        except library("botocore.exceptions", "s3").ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return True

    def _download_args(self) -> dict[str, Any]:
        allowed = library("boto3.s3.transfer", "s3").S3Transfer.ALLOWED_DOWNLOAD_ARGS
        return {name: value for name, value in self.extra_args.items() if name in allowed}

    def _transfer(self) -> Any:
        return library("boto3.s3.transfer", "s3").TransferConfig(**self.transfer_config_args)


def _gzipped(file: Any) -> Any:
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the upload
    with gzip.GzipFile(fileobj=packed, mode="wb") as writer:
        shutil.copyfileobj(file, writer)
    packed.seek(0)
    return packed
