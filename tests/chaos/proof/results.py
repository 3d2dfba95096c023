"""Each attempt has one accepted outcome, which is what its own process did; each task instance one final one.

What tasks wrote outside says which attempts really ran: one that the history does not know, or that ran twice,
or whose accepted result comes from code that did not run to its end, is a violation.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from chaos.evidence import Attempt, Evidence, Mark

FINAL = ("success", "failed", "skipped")
#: Outcomes that the task's own process has reported, so that its code must have run to its end.
_OWN = (*FINAL, "retry", "rescheduled", "deferred")
#: Kinds of tasks whose return value names the attempt.
_TELLING = ("python", "parent", "deferred", "own_trigger")
#: Seconds by which the clocks of the metastore and the tasks may differ: one is set by NTP, the other is not.
_CLOCKS = 0.2


def results(evidence: Evidence) -> list[str]:
    """Attempts and task instances with none or several accepted results, or with somebody else's."""
    marks: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    for mark in evidence.marks:
        marks[mark.ti, mark.dispatch].append(mark)
    return [
        *(f"a line outside is torn: {line!r}" for line in evidence.torn),
        *_history(evidence),
        *_final(evidence),
        *_outside(evidence, marks),
        *_values(evidence),
    ]


def _history(evidence: Evidence) -> Iterator[str]:
    rows = Counter((each.ti, each.dispatch) for each in evidence.attempts)
    for (ti, dispatch), count in rows.items():
        if count > 1:
            yield f"{evidence.name(ti)}: attempt {dispatch} has {count} outcomes in the history"


def _final(evidence: Evidence) -> Iterator[str]:
    """What ran has one final outcome, that of its last attempt, and one failure for each earlier try."""
    by_instance: dict[int, list[Attempt]] = defaultdict(list)
    for each in evidence.attempts:
        by_instance[each.ti].append(each)
    for ti, attempts in by_instance.items():
        instance = evidence.instances.get(ti)
        final = [each for each in attempts if each.outcome in FINAL]
        if instance is None or instance.state not in FINAL:
            continue
        if len(final) != 1 or final[0].dispatch != max(each.dispatch for each in attempts):
            yield f"{instance}: {len(final)} final outcomes in {_story(attempts)}"
        elif final[0].outcome != instance.state:
            yield f"{instance} is {instance.state}, but its attempts say {_story(attempts)}"
        retried = Counter(each.try_number for each in attempts if each.outcome == "retry")
        if retried != Counter(range(1, instance.try_number)):
            yield f"{instance}: {instance.try_number} tries, but its attempts say {_story(attempts)}"


def _outside(evidence: Evidence, marks: dict[tuple[int, int], list[Mark]]) -> Iterator[str]:
    known = {(each.ti, each.dispatch): each for each in evidence.attempts}
    for key, lines in marks.items():
        attempt = known.get(key)
        name = f"{evidence.name(key[0])}, attempt {key[1]}"
        if attempt is None:
            yield f"{name} ran, but the history does not know it"
            continue
        starts = Counter(line.who for line in lines if line.kind == "start")
        if any(count > 1 for count in starts.values()):
            yield f"{name} ran {max(starts.values())} times"
        if attempt.outcome in _OWN:
            yield from _whole(name, attempt, lines)
    for key, attempt in known.items():
        if attempt.outcome in _OWN and key not in marks:
            yield f"{evidence.name(key[0])}, attempt {key[1]} is {attempt.outcome}, but never ran"


def _whole(name: str, attempt: Attempt, lines: list[Mark]) -> Iterator[str]:
    """What was accepted came from code that ran from start to end between claim and finish."""
    pairs = [Counter(line.who for line in lines if line.kind == kind) for kind in ("start", "end")]
    if pairs[0] != pairs[1]:
        yield f"{name} is {attempt.outcome}, but began {dict(pairs[0])} and ended {dict(pairs[1])}"
    first, last = min(line.at for line in lines), max(line.at for line in lines)
    if first < attempt.started - _CLOCKS or last > attempt.ended + _CLOCKS:
        early, late = first - attempt.started, last - attempt.ended
        yield f"{name} ran outside of its claim: began {early:+.3f} s after it, ended {late:+.3f} s after its end"


def _values(evidence: Evidence) -> Iterator[str]:
    tasks = evidence.tasks()
    for each in evidence.attempts:
        instance = evidence.instances.get(each.ti)
        task = tasks.get((instance.dag_id, instance.task_id)) if instance else None
        if task is None or task.kind not in _TELLING or each.outcome != "success":
            continue
        value = evidence.values.get(each.ti)
        if value != f"{each.ti}.{each.dispatch}":
            yield f"{instance}: attempt {each.dispatch} succeeded, but the return value is {value!r}"


def _story(attempts: list[Attempt]) -> str:
    return ", ".join(f"{each.dispatch}: {each.outcome} (try {each.try_number})" for each in attempts)
