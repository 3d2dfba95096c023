"""The report of ``headway airflow check`` as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from headway.cli.output import counted, say
from headway.moving.check import FileReport, Report

_STYLES = {1: "Airflow 1.10", 2: "Airflow 2", 3: "Airflow 3"}


def show_report(report: Report) -> None:
    """Files that need something first, then those that work, the configuration, and the sum."""
    for one in sorted(report.files, key=lambda each: (each.works, each.error is None, each.file)):
        _show_file(one)
    for dag_id, files in report.duplicates.items():
        say(Text.assemble(("twice", "bold red"), f"  DAG {dag_id} is defined in {' and '.join(files)}"))
        say("         remedy: give one of them another dag_id")
    _show_keys(report)
    _show_sum(report)


def _show_file(one: FileReport) -> None:
    label, style = ("fails", "bold red") if one.error else ("works", "green") if one.works else ("partly", "yellow")
    version = _STYLES.get(one.findings.get("style") or 0, "")
    dags = ", ".join(_dag(dag) for dag in one.dags)
    say(Text.assemble((f"{label:<7}", style), (one.file, "bold"), f"  {version}" if version else "", _behind(dags)))
    for line in _lines(one.findings):
        say(f"         {line}")


def _dag(dag: Mapping[str, Any]) -> str:
    return f"{dag['dag_id']} ({counted(dag['tasks'], 'task')}, {dag['schedule_text']})"


def _behind(text: str) -> str:
    return f": {text}" if text else ""


def _lines(findings: Mapping[str, Any]) -> Iterator[str]:
    error = findings.get("error")
    missing = findings.get("missing", ())
    lines_missing = {each["line"] for each in missing}
    if error and not (error["kind"] == "import" and error["line"] in lines_missing):
        yield f"{_at(error)}{error['text']}"
        yield f"  remedy: {error['remedy']}"
    for each in missing:
        when = ", when its function runs" if each["when"] == "run" else ""
        yield f"{_at(each)}{each['what']} is missing{when}"
        yield f"  remedy: {each['remedy']}"
    for each in findings.get("cannot_run", ()):
        yield f"{_at(each)}{each['what']} cannot run here"
        yield f"  instead: {each['remedy']}"
    for each in findings.get("extras", ()):
        yield f"needs the Python package {each['package']}: pip install 'headway[{each['extra']}]' on every host"
    if findings.get("values") and not error:
        yield f"asks while it is loaded for what is not there yet: {', '.join(findings['values'])}"
    for name in findings.get("inside", ()):
        yield f"uses {name}: a read-only view of what Headway knows"
    if findings.get("deferrable"):
        named = ", ".join(findings["deferrable"])
        yield f"deferrable: {named}; no trigger can wait for these, so they wait in reschedule mode"
    for each in findings.get("warnings", ()):
        yield f"{_at(each)}{each['text']}"


def _at(each: Mapping[str, Any]) -> str:
    return f"line {each['line']}: " if each.get("line") else ""


def _show_keys(report: Report) -> None:
    read, other = [key for key in report.keys if key.setting], [key for key in report.keys if not key.setting]
    if read:
        say(Text("\nin Airflow's configuration, with a meaning here", style="bold"))
        for key in read:
            say(f"  {key.name} -> {key.setting}")
        if report.unread:
            say(f"  they are read where AIRFLOW_CONFIG={report.unread} is set; else set Headway's own settings")
    if other:
        say(Text("\nin Airflow's configuration, without meaning here", style="bold"))
        for key in other:
            say(f"  {key.name}: {key.reason}")


def _show_sum(report: Report) -> None:
    total = report.summary
    say(
        Text.assemble(
            ("\n", ""),
            (f"{total['files_that_work']} of {counted(total['files'], 'file')} work unchanged", "bold"),
            f", {_failing(total['files'] - total['files_that_load'])}; "
            f"{counted(total['dags'], 'DAG')} with {counted(total['tasks'], 'task')}",
        )
    )


def _failing(number: int) -> str:
    return f"{number} does not load" if number == 1 else f"{number} do not load"
