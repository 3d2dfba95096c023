"""What a DAG's ``schedule`` means, in one form: the ``schedule`` dictionary of the structure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from headway.authoring.arguments import closest
from headway.authoring.assets import Asset, AssetExpression, as_expression, summary
from headway.authoring.current_file import notice
from headway.authoring.styles import defaults_of
from headway.authoring.values import bad

PRESETS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 */3 *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


@dataclass(frozen=True)
class Schedule:
    """A schedule: ``spec`` is the dictionary of the structure, ``text`` what people read.

    ``timetable`` is the object that was given for it; beside assets, the one for its times.
    """

    spec: dict[str, Any]
    text: str
    timetable: Any = None

    @property
    def summary(self) -> str:
        """What people read."""
        return self.text

    @property
    def expression(self) -> str:
        """What people read, under the name that Airflow's timetables have for their cron text."""
        return self.text

    @property
    def is_timed(self) -> bool:
        """Whether the clock starts runs again and again."""
        return self.spec["kind"] in ("cron", "delta", "custom")


class Unset:
    """The mark of a schedule that was not given at all, which differs from None."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET = Unset()


def normalise(given: Any, style: int, timezone: str) -> Schedule:
    """The schedule that ``given`` means in a file of this style; raises ``ValueError("expected …")``."""
    from headway.authoring.timetables import Timetable

    defaults = defaults_of(style)
    if given is UNSET:
        given = defaults.schedule
    if given is None:
        return Schedule({"kind": "none"}, "none")
    if isinstance(given, Timetable):
        return Schedule(given.describe(timezone), str(given.summary), getattr(given, "timetable", given))
    if isinstance(given, str):
        return Schedule(_from_text(given.strip(), defaults.cron_interval, timezone), given.strip())
    if isinstance(given, (AssetExpression, list, tuple, set, frozenset)):
        return _from_assets(given)
    spec = delta_schedule(given, defaults.cron_interval)
    return Schedule(spec, delta_text(spec))


def _from_text(text: str, interval: str, timezone: str) -> dict[str, Any]:
    if text in ("@once", "@continuous"):
        return {"kind": text[1:]}
    return cron_schedule([PRESETS.get(text.lower(), text)], interval, timezone)


def cron_schedule(crons: list[str], interval: str, timezone: Any) -> dict[str, Any]:
    """A schedule of one or several cron expressions; ``interval`` is "data" or "trigger"."""
    for cron in crons:
        check_cron(cron)
    return {"kind": "cron", "crons": crons, "interval": interval, "timezone": timezone_name(timezone)}


@lru_cache(maxsize=1024)
def check_cron(cron: str) -> None:
    """Raise ValueError unless ``cron`` is a cron expression of five or six fields that comes at some time."""
    from croniter import croniter  # 20 ms, and only DAGs with a cron schedule need it

    wanted = "a cron expression like '0 6 * * *', a preset like '@daily', a timedelta, assets or None"
    try:
        croniter.expand(cron)
        croniter(cron).get_next()  # the 31st of February is well-formed
    except (ValueError, KeyError, AttributeError) as error:
        raise ValueError(f"{bad(wanted, cron)} ({_fault_of(cron) or error})") from None


def _fault_of(cron: str) -> str:
    """What is wrong with an expression at first sight, in plainer words than a parser has."""
    if cron.startswith("@"):
        hint = closest(cron.lower(), [*PRESETS, "@once", "@continuous"])
        return f"did you mean {hint!r}?" if hint else "there is no such preset"
    fields = len(cron.split())
    return "" if fields in (5, 6) else f"its fields are {fields}, not minute, hour, day, month and weekday"


def delta_schedule(delta: Any, interval: str) -> dict[str, Any]:
    """A schedule of equal distances, from a timedelta or a dateutil relativedelta.

    The months of a relativedelta stand apart under ``months``, because their length varies.
    """
    if isinstance(delta, timedelta):
        seconds, months = delta.total_seconds(), 0
    elif hasattr(delta, "months") and hasattr(delta, "normalized"):
        seconds, months = _relative(delta)
    else:
        raise bad("a cron expression, a preset like '@daily', a timedelta, assets or None", delta)
    if seconds <= 0 and months <= 0:
        raise bad("a timedelta above zero", delta)
    spec = {"kind": "delta", "seconds": seconds, "interval": interval}
    return spec | {"months": months} if months else spec


def delta_text(spec: dict[str, Any]) -> str:
    """What people read for a schedule of equal distances: ``every day``, ``every 2 hours 30 minutes``."""
    left, parts = spec["seconds"], [(spec.get("months", 0), "month")]
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count, left = divmod(left, size)
        parts.append((int(count), unit))
    present = [(count, unit) for count, unit in (*parts, (left, "second")) if count]
    if len(present) == 1 and present[0][0] == 1:
        return f"every {present[0][1]}"
    return "every " + " ".join(f"{count:g} {unit}{'' if count == 1 else 's'}" for count, unit in present)


def _relative(delta: Any) -> tuple[float, int]:
    absolute = ("year", "month", "day", "weekday", "hour", "minute", "second", "microsecond", "leapdays")
    if any(getattr(delta, part, None) for part in absolute):
        raise bad("a relativedelta of plural parts like months=1; use a cron expression instead", delta)
    whole = delta.normalized()
    length = timedelta(whole.days, whole.seconds, whole.microseconds, hours=whole.hours, minutes=whole.minutes)
    return length.total_seconds(), whole.years * 12 + whole.months


def _from_assets(given: Any) -> Schedule:
    expression, text = asset_condition(given)
    return Schedule({"kind": "assets", "expression": expression}, f"when {text} updated")


def asset_condition(given: Any) -> tuple[dict[str, Any], str]:
    """The condition that assets make, as the structure holds it and as people read it; raises ``ValueError``."""
    expression = as_expression(given)
    for leaf in expression.leaves():
        if isinstance(leaf, Asset) and leaf.watchers:
            notice(f"asset {leaf.name!r} has watchers, which nothing runs in this version: only tasks update it")
    return expression.describe(), summary(expression)


def timezone_name(zone: Any) -> str:
    """The name of a time zone object, as ``zoneinfo`` knows it; UTC for None."""
    if zone is None or zone is UTC:
        return "UTC"
    if isinstance(zone, str):
        return zone
    for attribute in ("key", "name", "zone"):
        found = getattr(zone, attribute, None)
        if isinstance(found, str) and found and found[0] not in "+-":
            return found
    return _fixed_name(zone)


def _fixed_name(zone: tzinfo) -> str:
    """The name of a zone that is only a distance from UTC; zoneinfo has those of whole hours, signs swapped."""
    offset = zone.utcoffset(datetime(2000, 1, 1)) or timedelta(0)  # noqa: DTZ001  (a fixed offset at any date)
    hours, rest = divmod(int(offset.total_seconds()), 3600)
    if rest or not -12 <= hours <= 14:
        raise bad("a named time zone like ZoneInfo('Asia/Kolkata')", zone)
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"
