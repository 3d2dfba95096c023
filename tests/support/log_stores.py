"""Log stores of tests: a folder that hosts share, or a bucket of a server that speaks S3's protocol."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headway.log_store.objects import ObjectStore
from headway.settings import LogSettings

_BUCKET = "logs"


@dataclass(frozen=True)
class TestStore:
    """The address of a store and the options that it is opened with."""

    __test__ = False
    url: str
    options: dict[str, Any]

    @classmethod
    def folder(cls, path: Path) -> TestStore:
        return cls(f"file://{path}", {})

    @classmethod
    def bucket(cls, server: str, prefix: str = "") -> TestStore:
        """A prefix of a bucket on the server at this address; the bucket is made if need be."""
        client = {"region_name": "eu-central-1"}
        options = {"endpoint_url": server, "key": "logs", "secret": "s3cret-of-the-logs", "client_kwargs": client}
        store = cls(f"s3://{_BUCKET}/{prefix}".rstrip("/"), options)
        store.file_system.makedirs(_BUCKET, exist_ok=True)
        return store

    @property
    def settings(self) -> LogSettings:
        return LogSettings(store=self.url, store_options=json.dumps(self.options), ship_interval=0.1)

    @property
    def section(self) -> dict[str, Any]:
        """The settings as those of a node."""
        return {"store": self.url, "store_options": json.dumps(self.options), "ship_interval": 0.1}

    @property
    def file_system(self) -> Any:
        import fsspec

        return fsspec.filesystem(self.url.partition("://")[0], **self.options, use_listings_cache=False)

    def open(self) -> ObjectStore:
        return ObjectStore.of(self.settings)

    def objects(self) -> dict[str, str]:
        """The text of every log in the store by its key."""
        root = self.url.partition("://")[2]
        texts = {path.removeprefix(f"{root}/"): self._text(path) for path in self.file_system.find(root)}
        return {key: text for key, text in texts.items() if text is not None and key != ".headway"}

    def _text(self, path: str) -> str | None:
        """What an object holds; None when it has gone since it was listed."""
        try:
            return str(self.file_system.cat_file(path).decode())
        except FileNotFoundError:
            return None
