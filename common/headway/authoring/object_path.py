"""``ObjectStoragePath``: a path in an object store, used like one of ``pathlib``.

Its names and joins work everywhere; reading and writing goes through ``pathlib`` for local files and through
fsspec for the rest, with the credentials of the connection that the URL names: ``s3://my_conn@bucket/key``.
"""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self
from urllib.parse import urlsplit

from headway.errors import HeadwayError

_LOCAL = ("", "file", "local")


class ObjectStoragePath:
    """A path like ``ObjectStoragePath("s3://bucket/key", conn_id="aws_default") / "file.csv"``."""

    def __init__(self, *parts: Any, protocol: str | None = None, conn_id: str | None = None, **options: Any) -> None:
        first, *rest = [str(part) for part in parts] or ["."]
        split = urlsplit(first)
        given, _, host = split.netloc.rpartition("@")
        self.protocol = protocol or split.scheme or "file"
        self.conn_id = conn_id or given or None
        self.storage_options = options
        remote = f"{host}{split.path}" if split.scheme else first
        self._path = PurePosixPath(remote or "/", *rest)

    # Names

    @property
    def path(self) -> str:
        """The path without protocol and connection."""
        return str(self._path)

    @property
    def bucket(self) -> str:
        """The first part of a path in an object store; empty for a local one."""
        return "" if self._is_local else self._path.parts[0]

    container = bucket

    @property
    def key(self) -> str:
        """What follows the bucket."""
        return self.path if self._is_local else "/".join(self._path.parts[1:])

    @property
    def namespace(self) -> str:
        """Protocol and bucket."""
        return f"{self.protocol}://{self.bucket}"

    @property
    def parent(self) -> Self:
        """The folder that it lies in."""
        return self._made(self._path.parent)

    def __getattr__(self, name: str) -> Any:
        if name not in ("name", "stem", "suffix", "suffixes", "parts"):
            raise AttributeError(f"an ObjectStoragePath has no attribute {name!r} here")
        return getattr(self._path, name)

    def joinpath(self, *parts: Any) -> Self:
        """The path with further parts."""
        return self._made(self._path.joinpath(*map(str, parts)))

    def with_name(self, name: str) -> Self:
        """The path with another last part."""
        return self._made(self._path.with_name(name))

    def with_suffix(self, suffix: str) -> Self:
        """The path with another file name extension."""
        return self._made(self._path.with_suffix(suffix))

    def relative_to(self, other: Any) -> PurePosixPath:
        """The path as seen from ``other``."""
        return self._path.relative_to(other.path if isinstance(other, ObjectStoragePath) else str(other))

    def as_url(self) -> str:
        """The URL that makes the same path again."""
        if self._is_local:
            return f"file://{self.path}"
        return f"{self.protocol}://{f'{self.conn_id}@' if self.conn_id else ''}{self.path}"

    def __truediv__(self, other: Any) -> Self:
        return self.joinpath(other)

    def __str__(self) -> str:
        return self.as_url()

    def __repr__(self) -> str:
        return f"ObjectStoragePath({self.as_url()!r})"

    def __fspath__(self) -> str:
        if not self._is_local:
            raise HeadwayError(f"{self} is no file of this host", "read it with open(), or copy it to a local path")
        return self.path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ObjectStoragePath) and self.as_url() == other.as_url()

    def __lt__(self, other: ObjectStoragePath) -> bool:
        return self.as_url() < other.as_url()

    def __hash__(self) -> int:
        return hash(self.as_url())

    # Reading and writing

    @property
    def fs(self) -> Any:
        """The fsspec file system that it lies in."""
        from headway.hooks.object_stores import file_system

        return file_system(self.protocol, self.conn_id, self.storage_options)

    def open(self, mode: str = "r", **options: Any) -> IO[Any]:
        """Open the file; the folders of a local one are made when it is written."""
        if not self._is_local:
            opened: IO[Any] = self.fs.open(self.path, mode, **options)
            return opened
        if not mode.startswith("r"):
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        return Path(self.path).open(mode, **options)

    def read_text(self, encoding: str = "utf-8") -> str:
        """The file's text."""
        return self.read_bytes().decode(encoding)

    def read_bytes(self) -> bytes:
        """The file's content."""
        with self.open("rb") as file:
            content: bytes = file.read()
            return content

    def write_text(self, text: str, encoding: str = "utf-8") -> int:
        """Write a text; the number of bytes."""
        return self.write_bytes(text.encode(encoding))

    def write_bytes(self, content: bytes) -> int:
        """Write bytes; their number."""
        with self.open("wb") as file:
            file.write(content)
        return len(content)

    def exists(self) -> bool:
        """Whether there is a file or folder."""
        return self._ask(Path.exists, "exists")

    def is_file(self) -> bool:
        """Whether it is a file."""
        return self._ask(Path.is_file, "isfile")

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self._ask(Path.is_dir, "isdir")

    def iterdir(self) -> Iterator[Self]:
        """What lies in the folder, by name."""
        names = (
            [str(one) for one in Path(self.path).iterdir()] if self._is_local else self.fs.ls(self.path, detail=False)
        )
        yield from (self._made(PurePosixPath(name.rstrip("/"))) for name in sorted(names))

    def glob(self, pattern: str) -> Iterator[Self]:
        """What fits a pattern below it."""
        wanted = posixpath.join(self.path, pattern)
        names = [str(one) for one in Path(self.path).glob(pattern)] if self._is_local else self.fs.glob(wanted)
        yield from (self._made(PurePosixPath(name)) for name in sorted(names))

    def rglob(self, pattern: str) -> Iterator[Self]:
        """The same, at any depth."""
        yield from self.glob(f"**/{pattern}")

    def match(self, pattern: str) -> bool:
        """Whether its name fits a pattern."""
        return fnmatch(self._path.name, pattern)

    def mkdir(self, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        """Make the folder; in an object store a bucket."""
        if self._is_local:
            Path(self.path).mkdir(mode, parents, exist_ok)
        else:
            self.fs.makedirs(self.path, exist_ok=exist_ok or parents)

    def unlink(self, missing_ok: bool = False) -> None:
        """Delete the file."""
        if self._is_local:
            Path(self.path).unlink(missing_ok)
        elif not missing_ok or self.exists():
            self.fs.rm_file(self.path)

    def rmdir(self, recursive: bool = False) -> None:
        """Delete the folder, with all that is in it if ``recursive``."""
        if not self._is_local:
            self.fs.rm(self.path, recursive=recursive)
        elif recursive:
            shutil.rmtree(self.path)
        else:
            Path(self.path).rmdir()

    def stat(self) -> Any:
        """Size and time of the file, as the store tells them."""
        return Path(self.path).stat() if self._is_local else self.fs.info(self.path)

    def read_block(self, offset: int, length: int | None, delimiter: bytes | None = None) -> bytes:
        """``length`` bytes from ``offset`` on (to the end for None); with a ``delimiter`` whole records of them."""
        content = self.read_bytes()
        end = len(content) if length is None else offset + length
        if delimiter is None:
            return content[offset:end]
        start = 0 if offset == 0 else content.find(delimiter, offset) + len(delimiter)
        stop = content.find(delimiter, end)
        return content[start : len(content) if stop < 0 else stop + len(delimiter)]

    def copy(self, dst: Any, recursive: bool = False, **_: Any) -> None:
        """Copy the file, or with ``recursive`` the folder, to ``dst``, in whatever store that lies."""
        to = dst if isinstance(dst, ObjectStoragePath) else ObjectStoragePath(dst)
        if recursive and self.is_dir():
            for one in self.iterdir():
                one.copy(to / one.name, recursive=True)
            return
        to = to / self._path.name if to.is_dir() else to
        with self.open("rb") as source, to.open("wb") as sink:
            shutil.copyfileobj(source, sink)

    def move(self, path: Any, recursive: bool = False, **_: Any) -> None:
        """Copy it to ``path`` and delete it here."""
        self.copy(path, recursive)
        if recursive and self.is_dir():
            self.rmdir(recursive=True)
        else:
            self.unlink()

    replace = rename = move

    # Inside

    @property
    def _is_local(self) -> bool:
        return self.protocol in _LOCAL

    def _ask(self, local: Callable[[Path], bool], remote: str) -> bool:
        return local(Path(self.path)) if self._is_local else bool(getattr(self.fs, remote)(self.path))

    def _made(self, path: PurePosixPath) -> Self:
        made = type(self)(protocol=self.protocol, conn_id=self.conn_id, **self.storage_options)
        made._path = path
        return made
