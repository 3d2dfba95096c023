"""How the arguments of DAGs and tasks are taken: checked, converted, renamed, ignored or refused.

An ``ArgumentTable`` lists the arguments of one kind of object. An object starts with its class's defaults;
only what the author gave is set on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headway.authoring.current_file import current_style, fault, notice

if TYPE_CHECKING:
    from headway.authoring.current_file import Notice, Place
    from headway.authoring.values import Converter


@dataclass(frozen=True)
class ArgumentTable:
    """The arguments that one kind of object takes.

    ``known`` maps a name to its converter; ``renamed`` maps an old name to ``(new name, what to write)``;
    ``without_effect`` maps an accepted name to why it does nothing here. ``stored_as`` names attributes
    that differ from their argument.
    """

    known: Mapping[str, Converter]
    renamed: Mapping[str, str] = field(default_factory=dict)
    without_effect: Mapping[str, str] = field(default_factory=dict)
    stored_as: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> set[str]:
        """Every name that is accepted in some way."""
        return {*self.known, *self.renamed, *self.without_effect}

    def apply(
        self, target: Any, given: dict[str, Any], what: str, place: Place, also: Iterable[str] = ()
    ) -> list[Notice]:
        """Set ``given`` on ``target``; returns the warnings.

        ``what`` and ``place`` say whose arguments they are and where; ``also`` are further valid names, for hints.
        """
        notices: list[Notice] = []
        for name, value in given.items():
            if name in self.known:
                self._set(target, name, value, what, place)
            elif name in self.renamed:
                notices.append(self._rename(target, name, given, what, place))
            elif name in self.without_effect:
                notices.extend(self._ignore(target, name, value, what, place))
            else:
                notices.append(refuse(name, what, place, {*self.known, *also}))
        return notices

    def _set(self, target: Any, name: str, value: Any, what: str, place: Place) -> None:
        try:
            kept = self.known[name](value)
        except ValueError as error:
            if value is None or value == "":
                return  # said to be nothing: the class's default stays, as if it had not been said
            raise fault(f"{what}: {name}: {error}", f"give {name} such a value, or leave it out", place) from None
        setattr(target, self.stored_as.get(name, name), kept)

    def _rename(self, target: Any, name: str, given: dict[str, Any], what: str, place: Place) -> Notice:
        new = self.renamed[name]
        if new in given:
            text = f"{what}: both {name} and {new} are given"
            raise fault(text, f"keep {new}; {name} is its old name", place)
        self._set(target, new, given[name], what, place)
        return notice(f"{what}: {name} is an old name, write {new}", place)

    def _ignore(self, target: Any, name: str, value: Any, what: str, place: Place) -> list[Notice]:
        setattr(target, name, value)
        if value is None:
            return []
        return [notice(f"{what}: {name} has no effect: {self.without_effect[name]}", place)]


def refuse(name: str, what: str, place: Place, valid: Iterable[str]) -> Notice:
    """Refuse an unknown argument. Airflow 1.10 ignored them, so a file of its style gets a warning instead."""
    hint = closest(name, valid)
    if current_style() == 1:
        asked = f"; did you mean {hint}?" if hint else ""
        return notice(f"{what}: unknown argument {name} is ignored{asked}", place)
    remedy = f"did you mean {hint}?" if hint else f"remove {name}, or spell it as the documentation does"
    raise fault(f"{what}: unknown argument {name}", remedy, place)


def note_without_effect(task: Any, **given: Any) -> None:
    """Warn of those of an operator's own arguments that were given and do nothing here."""
    for name in (name for name, value in given.items() if value is not None):
        task.notices.append(notice(f"task {task.task_id!r}: {name} has no effect", task.place))


def note_old_name(task: Any, old: str, new: str) -> None:
    """Warn that ``old`` is an old name of an operator's own argument ``new``."""
    task.notices.append(notice(f"task {task.task_id!r}: {old} is an old name, write {new}", task.place))


def closest(name: str, valid: Iterable[str]) -> str:
    """The valid name most like ``name``, or an empty text."""
    import difflib  # only errors need it

    return next(iter(difflib.get_close_matches(name, sorted(valid), n=1, cutoff=0.6)), "")
