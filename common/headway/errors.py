"""Every error that Headway shows to a person: one line that names the fault and one that names the remedy."""

from __future__ import annotations

from collections.abc import Mapping


class HeadwayError(Exception):
    """Something that a person can mend.

    ``message`` names the fault and the place; ``remedy`` says what to do about it. The CLI prints both
    and exits with ``exit_code``; no traceback is shown.
    """

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n  remedy: {self.remedy}" if self.remedy else self.message


class SettingsError(HeadwayError):
    """A setting is missing, unknown or malformed."""


class NotConfigured(SettingsError):
    """Nothing says where a server (``metastore``, ``broker``) of the cluster is."""

    def __init__(self, server: str, form: str = "") -> None:
        remedy = (
            f"set {server}.url, or HEADWAY_HOME to the home whose settings name it, or give a join file of the cluster "
            f"(`headway worker --join FILE`, HEADWAY_JOIN), or start one: `headway standalone`. {form}"
        )
        super().__init__(f"no {server} is configured", remedy.rstrip())


class MetastoreUnavailable(HeadwayError):
    """PostgreSQL cannot be reached."""


class SchemaMismatch(HeadwayError):
    """The metastore's schema is older or newer than this code."""


class BrokerUnavailable(HeadwayError):
    """The message broker cannot be reached."""


class NotFound(HeadwayError):
    """A DAG, run, task or other named thing does not exist."""


class Conflict(HeadwayError):
    """The thing exists already, or its state forbids the change."""


class InvalidInput(HeadwayError):
    """An argument that a person gave cannot be used.

    ``fields`` says what is wrong with single values of it, by where they stand: `conf.days`.
    """

    def __init__(self, message: str, remedy: str = "", *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message, remedy)
        self.fields = dict(fields or {})


class DagFileError(HeadwayError):
    """A DAG file cannot be loaded.

    ``file`` is relative to the DAG root, ``line`` is 1-based (0 when unknown).
    """

    def __init__(self, message: str, remedy: str = "", *, file: str = "", line: int = 0) -> None:
        super().__init__(message, remedy)
        self.file = file
        self.line = line

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.line else (f"{self.file}: " if self.file else "")
        return place + super().__str__()


class BundleError(HeadwayError):
    """A DAG folder cannot be stored, or a stored one cannot be laid out on this host."""


class XComError(HeadwayError):
    """A value cannot be stored as an XCom."""


class EmbeddedServerError(HeadwayError):
    """An embedded PostgreSQL or Valkey could not be started."""
