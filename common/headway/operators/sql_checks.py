"""Operators that check data with SQL, and one that branches by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.exceptions import AirflowException
from headway.operators.branching import BranchMixIn
from headway.operators.sql import BaseSQLOperator, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from headway.authoring.context import Context


class SQLCheckOperator(BaseSQLOperator):
    """Fails unless ``sql`` returns a row and every value of it is true (no 0, no empty text, no NULL)."""

    template_fields: ClassVar[Sequence[str]] = ("sql", "parameters", *BaseSQLOperator.template_fields)
    template_ext: ClassVar[Sequence[str]] = (".hql", ".sql")
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql"}
    ui_color = "#fff7e6"

    def __init__(self, *, sql: str, parameters: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.parameters = parameters

    def execute(self, context: Context) -> None:
        """Check."""
        row = row_of(self.get_db_hook(), self.sql, self.parameters)
        self.log.info("The row is %s", row)
        if not row:
            self._raise_exception(f"the check returned no row: {self.sql}")
        if not all(row):
            self._raise_exception(f"the check failed with the row {row}: {self.sql}")


class SQLValueCheckOperator(BaseSQLOperator):
    """Fails unless every value of the first row of ``sql`` is ``pass_value``.

    Numbers may differ by the share ``tolerance`` of it (0.1: by a tenth).
    """

    template_fields: ClassVar[Sequence[str]] = ("sql", "pass_value", "parameters", *BaseSQLOperator.template_fields)
    template_ext: ClassVar[Sequence[str]] = (".hql", ".sql")
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql"}
    ui_color = "#fff7e6"

    def __init__(
        self, *, sql: str, pass_value: Any, tolerance: Any = None, parameters: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.pass_value = pass_value
        self.tolerance = tolerance
        self.parameters = parameters

    def execute(self, context: Context) -> None:
        """Check."""
        row = row_of(self.get_db_hook(), self.sql, self.parameters)
        if not row:
            self._raise_exception(f"the check returned no row: {self.sql}")
        wanted = _number(self.pass_value)
        passed = all(str(one) == str(self.pass_value) for one in row) if wanted is None else self._near(row, wanted)
        if not passed:
            self._raise_exception(f"expected {self.pass_value!r} (tolerance {self.tolerance}), got {row}: {self.sql}")

    def _near(self, row: list[Any], wanted: float) -> bool:
        numbers = [_number(one) for one in row]
        slack = abs(wanted) * float(self.tolerance or 0)
        return all(one is not None and wanted - slack <= one <= wanted + slack for one in numbers)


class SQLThresholdCheckOperator(BaseSQLOperator):
    """Fails unless the first value of ``sql`` lies between two thresholds, numbers or statements that give one."""

    template_fields: ClassVar[Sequence[str]] = (
        "sql", "min_threshold", "max_threshold", "parameters", *BaseSQLOperator.template_fields,
    )  # fmt: skip
    template_ext: ClassVar[Sequence[str]] = (".hql", ".sql")
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql"}

    def __init__(
        self, *, sql: str, min_threshold: Any, max_threshold: Any, parameters: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.min_threshold = min_threshold
        self.max_threshold = max_threshold
        self.parameters = parameters

    def execute(self, context: Context) -> None:
        """Check."""
        hook = self.get_db_hook()
        row = row_of(hook, self.sql, self.parameters)
        if not row or row[0] is None:
            self._raise_exception(f"the check returned no value: {self.sql}")
        low, high = (self._threshold(hook, given) for given in (self.min_threshold, self.max_threshold))
        if not low <= float(row[0]) <= high:
            self._raise_exception(f"{row[0]} is not between {low:g} and {high:g}: {self.sql}")

    def _threshold(self, hook: Any, given: Any) -> float:
        number = _number(given)
        return float(row_of(hook, given)[0]) if number is None else number


class SQLIntervalCheckOperator(BaseSQLOperator):
    """Compares metrics of a table with those of ``days_back`` days before.

    ``metrics_thresholds`` says how far each metric, an SQL expression, may have moved: as the ratio of the
    greater to the lesser value (``max_over_min``), or as the difference relative to the older
    (``relative_diff``). ``ignore_zero`` passes a metric that is 0 on either day.
    """

    template_fields: ClassVar[Sequence[str]] = ("sql1", "sql2", *BaseSQLOperator.template_fields)
    template_ext: ClassVar[Sequence[str]] = (".hql", ".sql")
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql1": "sql", "sql2": "sql"}
    ui_color = "#fff7e6"

    def __init__(
        self,
        *,
        table: str,
        metrics_thresholds: dict[str, float],
        date_filter_column: str | None = "ds",
        days_back: Any = -7,
        ratio_formula: str | None = "max_over_min",
        ignore_zero: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if ratio_formula not in _RATIOS:
            raise AirflowException(
                f"ratio_formula: expected one of {', '.join(_RATIOS)}, got {ratio_formula!r}", remedy="choose one"
            )
        self.table = table
        self.metrics_thresholds = metrics_thresholds
        self.metrics_sorted = sorted(metrics_thresholds)
        self.date_filter_column = date_filter_column
        self.days_back = -abs(int(days_back))
        self.ratio_formula = ratio_formula
        self.ignore_zero = ignore_zero
        start = f"SELECT {', '.join(self.metrics_sorted)} FROM {table} WHERE {date_filter_column}="  # noqa: S608 - the author's own table
        self.sql1 = start + "'{{ ds }}'"
        self.sql2 = start + "'{{ macros.ds_add(ds, " + str(self.days_back) + ") }}'"

    def execute(self, context: Context) -> None:
        """Compare."""
        hook = self.get_db_hook()
        now, before = row_of(hook, self.sql1), row_of(hook, self.sql2)
        for row, sql in ((now, self.sql1), (before, self.sql2)):
            if not row:
                self._raise_exception(f"the check returned no row: {sql}")
        faults = [
            f"{name} was {old} and is {new}: {self.ratio_formula} {'is undefined' if ratio is None else f'{ratio:g}'},"
            f" expected less than {self.metrics_thresholds[name]}"
            for name, new, old in zip(self.metrics_sorted, now, before, strict=True)
            for ratio in [self._ratio(new, old)]
            if ratio is None or ratio >= self.metrics_thresholds[name]
        ]
        if faults:
            self._raise_exception("; ".join(faults))

    def _ratio(self, new: Any, old: Any) -> float | None:
        """How far a metric moved; None when that cannot be said."""
        if not new or not old:
            return 0.0 if self.ignore_zero else None
        return _RATIOS[str(self.ratio_formula)](float(new), float(old))


class BranchSQLOperator(BaseSQLOperator, BranchMixIn):
    """Follows one list of tasks or the other by the first value of ``sql``: true, a number but 0, yes, on."""

    template_fields: ClassVar[Sequence[str]] = ("sql", "parameters", *BaseSQLOperator.template_fields)
    template_ext: ClassVar[Sequence[str]] = (".sql",)
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql"}
    kind = "branch"
    ui_color = "#a22034"
    ui_fgcolor = "#F7F7F7"

    def __init__(
        self,
        *,
        sql: str,
        follow_task_ids_if_true: Any,
        follow_task_ids_if_false: Any,
        parameters: Mapping[str, Any] | Sequence[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.parameters = parameters
        self.follow_task_ids_if_true = follow_task_ids_if_true
        self.follow_task_ids_if_false = follow_task_ids_if_false

    def execute(self, context: Context) -> Any:
        """Ask and follow."""
        row = row_of(self.get_db_hook(), self.sql, self.parameters)
        if not row:
            raise AirflowException(f"the statement returned no row: {self.sql}", remedy="have it return one value")
        chosen = self.follow_task_ids_if_true if _is_true(row[0], self.sql) else self.follow_task_ids_if_false
        return self.do_branch(context, chosen)


_RATIOS: dict[str, Callable[[float, float], float]] = {
    "max_over_min": lambda new, old: max(new, old) / min(new, old),
    "relative_diff": lambda new, old: abs(new - old) / old,
}
_WORDS = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0"), False),
}


def _is_true(value: Any, sql: str) -> bool:
    if isinstance(value, str):
        word = _WORDS.get(value.strip().lower())
        if word is None:
            raise AirflowException(f"expected true or false, got {value!r}: {sql}", remedy="have it return a boolean")
        return word
    return bool(value)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
