"""``macros`` of templates: small functions on dates, and the standard modules that templates may use."""

from __future__ import annotations

import importlib
import random as _random
import time as _time
from datetime import UTC, datetime, timedelta
from typing import Any

from headway.authoring import plugins

__all__ = [
    "datetime",
    "datetime_diff_for_humans",
    "ds_add",
    "ds_format",
    "ds_format_locale",
    "random",
    "time",
    "timedelta",
]

#: The standard module.
time = _time
#: A random number from 0 to 1.
random = _random.random

#: Modules that are imported when a template asks for them.
_ON_DEMAND = {
    "dateutil": ("dateutil", "dateutil.parser", "dateutil.relativedelta"),
    "json": ("json",),
    "pendulum": ("pendulum",),
    "uuid": ("uuid",),
    "yaml": ("yaml",),
}


def __getattr__(name: str) -> Any:
    if name not in _ON_DEMAND:
        if name in plugins.active().macros:  # macros.<plugin>.<function>
            return plugins.active().macros[name]
        raise AttributeError(f"there is no macro {name!r}")
    found = [importlib.import_module(module) for module in _ON_DEMAND[name]]
    return found[0]


def ds_add(ds: str, days: int) -> str:
    """The date ``days`` days after (or, negative, before) ``ds``, both ``YYYY-MM-DD``."""
    moment = datetime.strptime(str(ds), "%Y-%m-%d").replace(tzinfo=UTC)
    return (moment + timedelta(days)).strftime("%Y-%m-%d")


def ds_format(ds: str, input_format: str, output_format: str) -> str:
    """The date text ``ds`` read by one strftime format and written by another."""
    return datetime.strptime(str(ds), input_format).strftime(output_format)  # noqa: DTZ007  (wall time in and out)


def ds_format_locale(ds: str, input_format: str, output_format: str, locale: Any = None) -> str:
    """Like ``ds_format``, but ``output_format`` is a pattern of the babel package, for ``locale``."""
    from babel.dates import format_datetime  # type: ignore[import-not-found,import-untyped,unused-ignore]

    moment = datetime.strptime(str(ds), input_format)  # noqa: DTZ007
    return str(format_datetime(moment, format=output_format, locale=locale or "en_US"))


def datetime_diff_for_humans(dt: Any, since: Any = None) -> str:
    """How far ``dt`` lies from ``since`` (default: now) in words, like "2 hours ago"."""
    import pendulum

    moment = pendulum.instance(dt)
    return str(moment.diff_for_humans() if since is None else moment.diff_for_humans(pendulum.instance(since)))
