"""Operators that move data between S3, local files and SQL databases."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.current_file import fault
from headway.operators.s3 import S3Operator
from headway.operators.sql import sql_hook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from headway.authoring.context import Context

_WRITERS = {"csv": "to_csv", "json": "to_json", "parquet": "to_parquet"}


class LocalFilesystemToS3Operator(S3Operator):
    """Uploads a local file; ``gzip`` packs it, ``replace`` overwrites an object."""

    template_fields: ClassVar[Sequence[str]] = ("filename", "dest_key", "dest_bucket", *S3Operator.aws_template_fields)

    def __init__(
        self,
        *,
        filename: str,
        dest_key: str,
        dest_bucket: str | None = None,
        replace: bool = False,
        encrypt: bool = False,
        gzip: bool = False,
        acl_policy: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filename = filename
        self.dest_key = dest_key
        self.dest_bucket = dest_bucket
        self.replace = replace
        self.encrypt = encrypt
        self.gzip = gzip
        self.acl_policy = acl_policy

    def execute(self, context: Context) -> None:
        """Upload it."""
        bucket, key = self.hook.get_s3_bucket_key(self.dest_bucket, self.dest_key, "dest_bucket", "dest_key")
        self.hook.load_file(
            self.filename,
            key,
            bucket,
            replace=self.replace,
            encrypt=self.encrypt,
            gzip=self.gzip,
            acl_policy=self.acl_policy,
        )


class SqlToS3Operator(S3Operator):
    """Writes what ``query`` returns into an object as csv, json or parquet, through a pandas DataFrame.

    ``df_kwargs`` (older name: ``pd_kwargs``) go to the DataFrame's ``to_csv`` and so on, ``read_kwargs`` to
    ``pandas.read_sql``. With ``max_rows_per_file``, or ``groupby_kwargs`` (one file a group), keys get a number or
    the group's name.
    """

    template_fields: ClassVar[Sequence[str]] = (
        "s3_bucket", "s3_key", "query", "sql_conn_id", *S3Operator.aws_template_fields,
    )  # fmt: skip
    template_ext: ClassVar[Sequence[str]] = (".sql",)
    template_fields_renderers: ClassVar[dict[str, str]] = {"query": "sql", "pd_kwargs": "json"}

    def __init__(
        self,
        *,
        query: str,
        s3_bucket: str,
        s3_key: str,
        sql_conn_id: str,
        sql_hook_params: dict[str, Any] | None = None,
        parameters: Any = None,
        read_kwargs: dict[str, Any] | None = None,
        read_pd_kwargs: dict[str, Any] | None = None,
        replace: bool = False,
        file_format: str = "csv",
        max_rows_per_file: int = 0,
        pd_kwargs: dict[str, Any] | None = None,
        df_kwargs: dict[str, Any] | None = None,
        df_type: str = "pandas",
        groupby_kwargs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.query = query
        self.s3_bucket = s3_bucket
        self.s3_key = s3_key
        self.sql_conn_id = sql_conn_id
        self.sql_hook_params = sql_hook_params
        self.parameters = parameters
        self.read_kwargs = read_kwargs or read_pd_kwargs or {}
        self.replace = replace
        self.file_format = str(getattr(file_format, "value", file_format)).lower()
        self.max_rows_per_file = max_rows_per_file
        self.pd_kwargs = dict(df_kwargs or pd_kwargs or {})
        self.df_type = df_type
        self.groupby_kwargs = groupby_kwargs or {}
        what = f"task {self.task_id!r}"
        if self.file_format not in _WRITERS:
            text = f"{what}: file_format {file_format!r} is not known"
            raise fault(text, f"choose one of {', '.join(_WRITERS)}", self.place)
        if max_rows_per_file and groupby_kwargs:
            text = f"{what}: max_rows_per_file and groupby_kwargs are both given"
            raise fault(text, "keep one of them", self.place)

    def execute(self, context: Context) -> None:
        """Read and upload."""
        source = sql_hook(self.sql_conn_id, self.sql_hook_params)
        frame = source.get_df(self.query, self.parameters, df_type=self.df_type, **self.read_kwargs)
        options = {name: value for name, value in self.pd_kwargs.items() if name != "path_or_buf"}
        with tempfile.TemporaryDirectory(prefix="headway-s3-") as folder:
            for suffix, part in self._parts(frame):
                file = Path(folder, f"data{suffix}.{self.file_format}")
                getattr(part, _WRITERS[self.file_format])(file, **options)
                self.hook.load_file(file, self._key(suffix), self.s3_bucket, replace=self.replace)
                self.log.info("Wrote %d rows to s3://%s/%s", len(part), self.s3_bucket, self._key(suffix))

    def _parts(self, frame: Any) -> Iterator[tuple[str, Any]]:
        if self.groupby_kwargs:
            for name, part in frame.groupby(**self.groupby_kwargs):
                names = name if isinstance(name, tuple) else (name,)
                yield "_" + "_".join(map(str, names)), part.reset_index(drop=True)
        elif self.max_rows_per_file:
            for number, start in enumerate(range(0, len(frame), self.max_rows_per_file)):
                yield f"_{number}", frame[start : start + self.max_rows_per_file].reset_index(drop=True)
        else:
            yield "", frame

    def _key(self, suffix: str) -> str:
        folder, slash, name = self.s3_key.rpartition("/")
        stem, dot, extension = name.partition(".")
        return f"{folder}{slash}{stem}{suffix}{dot}{extension}"


class S3ToSqlOperator(S3Operator):
    """Inserts an object's rows into a table.

    ``parser`` gets the path of a local copy and returns rows; the columns are ``column_list``.
    """

    template_fields: ClassVar[Sequence[str]] = (
        "s3_bucket", "s3_key", "schema", "table", "column_list", "sql_conn_id", *S3Operator.aws_template_fields,
    )  # fmt: skip

    def __init__(
        self,
        *,
        s3_key: str,
        s3_bucket: str,
        table: str,
        parser: Callable[[str], Any],
        column_list: list[str] | None = None,
        commit_every: int = 1000,
        schema: str | None = None,
        sql_conn_id: str = "sql_default",
        sql_hook_params: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.s3_key = s3_key
        self.s3_bucket = s3_bucket
        self.table = table
        self.parser = parser
        self.column_list = column_list
        self.commit_every = commit_every
        self.schema = schema
        self.sql_conn_id = sql_conn_id
        self.sql_hook_params = sql_hook_params

    def execute(self, context: Context) -> None:
        """Download, parse, insert."""
        destination = sql_hook(self.sql_conn_id, self.sql_hook_params)
        with tempfile.TemporaryDirectory(prefix="headway-s3-") as folder:
            file = self.hook.download_file(self.s3_key, self.s3_bucket, folder)
            destination.insert_rows(
                table=f"{self.schema}.{self.table}" if self.schema else self.table,
                rows=self.parser(file),
                target_fields=self.column_list,
                commit_every=self.commit_every,
            )
