"""Checks of the columns and the rows of a table, many in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.arguments import note_without_effect
from headway.authoring.current_file import fault
from headway.operators.sql import BaseSQLOperator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from headway.authoring.context import Context

_COLUMN_CHECKS = {
    "null_check": "SUM(CASE WHEN {column} IS NULL THEN 1 ELSE 0 END)",
    "distinct_check": "COUNT(DISTINCT({column}))",
    "unique_check": "COUNT({column}) - COUNT(DISTINCT({column}))",
    "min": "MIN({column})",
    "max": "MAX({column})",
}
_LIMITS = ("equal_to", "geq_to", "greater_than", "leq_to", "less_than")


class SQLColumnCheckOperator(BaseSQLOperator):
    """Checks columns of ``table``.

    ``column_mapping`` gives each column its checks (null_check, distinct_check, unique_check, min, max) and
    each check its limits: ``{"price": {"null_check": {"equal_to": 0}, "max": {"less_than": 100,
    "tolerance": 0.1}}}``. Limits are equal_to, greater_than, geq_to, less_than, leq_to; ``tolerance`` widens
    them by a share. ``partition_clause``, of the operator or a check, is a WHERE condition. NULL counts as
    0 unless ``accept_none`` is False.
    """

    template_fields: ClassVar[Sequence[str]] = ("table", "partition_clause", "sql", *BaseSQLOperator.template_fields)
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql"}

    def __init__(
        self,
        *,
        table: str,
        column_mapping: dict[str, dict[str, Any]],
        partition_clause: str | None = None,
        accept_none: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.table = table
        self.column_mapping = column_mapping
        self.partition_clause = partition_clause
        self.accept_none = accept_none
        for column, name, check in self._checks():
            self._validate(column, name, check)
        self.sql = " UNION ALL ".join(self._statement(*one) for one in self._checks())

    def execute(self, context: Context) -> None:
        """Check."""
        records = self.get_db_hook().get_records(self.sql)
        if not records:
            self._raise_exception(f"the check returned no rows: {self.sql}")
        found = {(row[0], row[1]): row[2] for row in map(_values, records)}
        faults = [
            text
            for column, name, check in self._checks()
            for text in self._faults(f"{name} of {column}", check, found[column, name])
        ]
        if faults:
            self._raise_exception(f"checks of {self.table} failed: {'; '.join(faults)}")
        self.log.info("All %d checks passed", len(found))

    def _checks(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for column, checks in self.column_mapping.items():
            for name, check in checks.items():
                yield column, name, check

    def _validate(self, column: str, name: str, check: Mapping[str, Any]) -> None:
        what = f"task {self.task_id!r}: column_mapping of {column!r}"
        if name not in _COLUMN_CHECKS:
            raise fault(f"{what} has the check {name!r}", f"checks are {', '.join(_COLUMN_CHECKS)}", self.place)
        if not any(limit in check for limit in _LIMITS):
            raise fault(f"{what}: {name} has no limit", f"give it one of {', '.join(_LIMITS)}", self.place)

    def _statement(self, column: str, name: str, check: Mapping[str, Any]) -> str:
        value = _COLUMN_CHECKS[name].format(column=column)
        where = _where(self.partition_clause, check.get("partition_clause"))
        return (
            f"SELECT '{column}' AS col_name, '{name}' AS check_type, {value} AS check_result FROM {self.table}{where}"  # noqa: S608 - the author's own table
        )

    def _faults(self, what: str, check: Mapping[str, Any], value: Any) -> Iterator[str]:
        if value is None and self.accept_none:
            value = 0
        tolerance = check.get("tolerance")
        for limit in _LIMITS:
            if limit in check and (value is None or not _within(limit, value, check[limit], tolerance)):
                yield f"{what} is {value}, expected {limit} {check[limit]}"


class SQLTableCheckOperator(BaseSQLOperator):
    """Checks ``table`` with statements: ``checks={"row_count": {"check_statement": "COUNT(*) > 10"}}``.

    A statement is a condition over aggregates, or over each row. ``partition_clause``, of the operator or a
    check, is a WHERE condition.
    """

    template_fields: ClassVar[Sequence[str]] = ("table", "partition_clause", "sql", *BaseSQLOperator.template_fields)
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql"}

    def __init__(
        self,
        *,
        table: str,
        checks: dict[str, dict[str, Any]],
        partition_clause: str | None = None,
        accept_none: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        note_without_effect(self, accept_none=accept_none)
        self.table = table
        self.checks = checks
        self.partition_clause = partition_clause
        for name, check in checks.items():
            if "check_statement" not in check:
                text = f"task {self.task_id!r}: check {name!r} has no check_statement"
                raise fault(text, 'write it as {"check_statement": "COUNT(*) > 10"}', self.place)
        self.sql = " UNION ALL ".join(self._statement(name, check) for name, check in checks.items())

    def execute(self, context: Context) -> None:
        """Check."""
        records = self.get_db_hook().get_records(self.sql)
        if not records:
            self._raise_exception(f"the check returned no rows: {self.sql}")
        failed = [row[0] for row in map(_values, records) if str(row[1]).lower() not in ("1", "true", "t")]
        if failed:
            told = "; ".join(f"{name} ({self.checks[name]['check_statement']})" for name in failed)
            self._raise_exception(f"checks of {self.table} failed: {told}")
        self.log.info("All %d checks passed", len(self.checks))

    def _statement(self, name: str, check: Mapping[str, Any]) -> str:
        where = _where(self.partition_clause, check.get("partition_clause"))
        condition = check["check_statement"]
        return (
            f"SELECT '{name}' AS check_name, MIN(check_result) AS check_result FROM ("  # noqa: S608 - the author's own table
            f"SELECT CASE WHEN {condition} THEN 1 ELSE 0 END AS check_result FROM {self.table}{where}) AS sq"
        )


def _values(row: Any) -> list[Any]:
    return list(row.values() if isinstance(row, dict) else row)


def _where(*conditions: str | None) -> str:
    given = [one for one in conditions if one]
    return f" WHERE {' AND '.join(given)}" if given else ""


def _within(limit: str, value: Any, wanted: Any, tolerance: float | None) -> bool:
    slack = abs(wanted) * tolerance if tolerance is not None else 0
    if limit == "equal_to":
        return bool(wanted - slack <= value <= wanted + slack) if tolerance is not None else bool(value == wanted)
    low, high = (wanted - slack, wanted + slack) if tolerance is not None else (wanted, wanted)
    return bool(
        {
            "geq_to": lambda: value >= low,
            "greater_than": lambda: value > low,
            "leq_to": lambda: value <= high,
            "less_than": lambda: value < high,
        }[limit]()
    )
