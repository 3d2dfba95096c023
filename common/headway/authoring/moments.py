"""Points in time as templates and tasks see them: pendulum's, imported when the first one is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import pendulum


@overload
def to_pendulum(moment: datetime) -> pendulum.DateTime: ...
@overload
def to_pendulum(moment: None) -> None: ...
def to_pendulum(moment: datetime | None) -> pendulum.DateTime | None:
    """``moment`` as a ``pendulum.DateTime``."""
    if moment is None:
        return None
    import pendulum

    return pendulum.instance(moment)


def ds(moment: Any) -> str | None:
    """``2026-01-31``."""
    return None if moment is None else moment.strftime("%Y-%m-%d")


def ds_nodash(moment: Any) -> str | None:
    """``20260131``."""
    return None if moment is None else moment.strftime("%Y%m%d")


def ts(moment: Any) -> str | None:
    """``2026-01-31T00:00:00+00:00``."""
    return None if moment is None else moment.isoformat()


def ts_nodash(moment: Any) -> str | None:
    """``20260131T000000``."""
    return None if moment is None else moment.strftime("%Y%m%dT%H%M%S")


def ts_nodash_with_tz(moment: Any) -> str | None:
    """``20260131T000000+0000``."""
    return None if moment is None else moment.isoformat().replace("-", "").replace(":", "")


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)
