"""Jinja templates in task arguments: which fields hold one, and what they render to.

Rendering never changes a task or what it shares with the loaded DAG: ``render_fields`` sets new values
on the copy that is about to run, with every list and dict in them made anew. Jinja itself is imported
only when some text holds a template.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from headway.authoring.exceptions import TemplateError, TemplateFaultError
from headway.authoring.xcom_arg import Resolvable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headway.authoring.template_engine import TemplateEngine

_PLAIN = (int, float, complex, bytes, type(None))


class LiteralValue(Resolvable):
    """A value that is passed on as it is, whatever it looks like: ``literal("{{ not a template }}")``."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """The value."""
        return self.value


literal = LiteralValue


def render_fields(
    task: Any,
    dag: Any,
    context: Mapping[str, Any],
    names: Sequence[str] | None = None,
    *,
    verbatim: frozenset[int] = frozenset(),
) -> bool:
    """Render the template fields of ``task``, a copy, in place: all of them, or those in ``names``.

    Objects whose ``id()`` is in ``verbatim`` stay as they are. Returns whether there was anything to render.
    Raises ``TemplateError`` that names the task, the field and the line.
    """
    renderer = Renderer(dag, context, tuple(task.template_ext), verbatim)
    for name in task.template_fields if names is None else names:
        if not hasattr(task, name):
            raise TemplateError(
                f"task {task.task_id!r}: template field {name!r} is no attribute of {type(task).__name__}",
                f"set self.{name} in the operator's __init__, or take {name!r} out of template_fields",
            )
        value = getattr(task, name)
        if value is not None:
            setattr(task, name, renderer.field(task.task_id, name, value))
    return renderer.rendered


def render_value(value: Any, dag: Any, context: Mapping[str, Any]) -> Any:
    """``value`` rendered, whatever it ends in."""
    return Renderer(dag, context, (), frozenset()).render(value)


def render_attributes(holder: Any, dag: Any, context: Mapping[str, Any]) -> Any:
    """A copy of an object that is no task, with what its ``template_fields`` name rendered."""
    return Renderer(dag, context, tuple(getattr(holder, "template_ext", ())), frozenset()).render(holder)


class Renderer:
    """Renders values in one context; ``extensions`` are the ends of texts that name a template file.

    Objects whose ``id()`` is in ``seen`` stay as they are. ``rendered``: whether a template or a stand-in came by.
    """

    def __init__(self, dag: Any, context: Mapping[str, Any], extensions: Sequence[str], seen: frozenset[int]) -> None:
        self._dag = dag
        self._context = context
        self._extensions = tuple(extensions)
        self._seen = seen
        self.rendered = False

    def field(self, task_id: str, name: str, value: Any) -> Any:
        """``render``, with errors that name the task and the field."""
        try:
            return self.render(value)
        except TemplateFaultError as fault:
            where = f"task {task_id!r}, field {name!r}"
            raise TemplateError(f"{where}{fault.place}: {fault}", fault.remedy) from fault.__cause__

    def render(self, value: Any) -> Any:
        """``value`` rendered: texts, stand-ins, and what containers and objects with template fields hold."""
        if self._seen and id(value) in self._seen:
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, Resolvable):
            self.rendered = True
            return value.resolve(self._context)
        if isinstance(value, (list, set, frozenset)):
            return type(value)(self.render(item) for item in value)
        if isinstance(value, tuple):
            items = [self.render(item) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
        if isinstance(value, dict):
            return self._mapping(value)
        return self._object(value)

    def _text(self, text: str) -> Any:
        names_file = bool(self._extensions) and text.endswith(self._extensions)
        if not names_file and not self._dag_decides and "{" not in text and "\r" not in text:
            return text.removesuffix("\n")  # as Jinja does with the last line's end
        self.rendered = True
        return self._engine.render(text, names_file, self._context)

    def _mapping(self, value: dict[Any, Any]) -> dict[Any, Any]:
        rendered = {key: self.render(item) for key, item in value.items()}
        if type(value) is dict:
            return rendered
        made = copy.copy(value)
        made.update(rendered)
        return made

    def _object(self, value: Any) -> Any:
        """A copy of an object that lists ``template_fields``, with those rendered; others as they are."""
        fields = getattr(value, "template_fields", None)
        if not isinstance(fields, (tuple, list)) or isinstance(value, type):
            return value
        made = copy.copy(value)
        inner = Renderer(self._dag, self._context, self._extensions, self._seen | {id(value)})
        for name in fields:
            setattr(made, name, inner.render(getattr(value, name, None)))
        self.rendered = self.rendered or inner.rendered
        return made

    @property
    def _dag_decides(self) -> bool:
        """Whether the DAG's options make even a text without braces mean something."""
        return bool(self._dag.render_template_as_native_obj or self._dag.jinja_environment_kwargs)

    @property
    def _engine(self) -> TemplateEngine:
        from headway.authoring.template_engine import engine_of

        return engine_of(self._dag)
