"""Jinja as Airflow sets it up: one environment a DAG, compiled templates kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import jinja2
from jinja2.nativetypes import NativeEnvironment
from jinja2.sandbox import SandboxedEnvironment, is_internal_attribute

from headway.authoring import moments
from headway.authoring.context_keys import NEEDS_DATE, NO_DATE
from headway.authoring.exceptions import AirflowFailException, AirflowSkipException, TemplateFaultError
from headway.errors import HeadwayError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILTERS = {
    "ds": moments.ds,
    "ds_nodash": moments.ds_nodash,
    "ts": moments.ts,
    "ts_nodash": moments.ts_nodash,
    "ts_nodash_with_tz": moments.ts_nodash_with_tz,
}
_MAX_COMPILED = 500

_engines: WeakKeyDictionary[Any, TemplateEngine] = WeakKeyDictionary()


class TemplateEngine:
    """Renders the templates of one DAG."""

    def __init__(self, dag: Any) -> None:
        self.environment = _environment(dag)
        self._compiled: dict[str, jinja2.Template] = {}
        self._folders = _folders(dag)

    def render(self, text: str, names_file: bool, context: Mapping[str, Any]) -> Any:
        """What ``text``, or the file that it names, renders to; raises ``TemplateFaultError``."""
        try:
            template = self.environment.get_template(text) if names_file else self._compile(text)
        except jinja2.TemplateNotFound as error:
            raise self._not_found(text, error) from None
        except jinja2.TemplateSyntaxError as error:
            raise _syntax(error) from error
        try:
            return self._concatenated(template, context)
        except (AirflowSkipException, AirflowFailException):
            raise  # a macro decided how the task ends
        except Exception as error:
            raise self._explained(error, template) from error

    def _compile(self, text: str) -> jinja2.Template:
        template = self._compiled.get(text)
        if template is None:
            if len(self._compiled) >= _MAX_COMPILED:
                self._compiled.clear()
            template = self._compiled[text] = self.environment.from_string(text)
        return template

    def _concatenated(self, template: jinja2.Template, context: Mapping[str, Any]) -> Any:
        # template.render() would first copy the context into a dict, which computes every lazy key.
        names = _Names(context, template.globals)
        jinja_context = template.new_context(names, shared=True)  # type: ignore[arg-type]
        return self.environment.concat(template.root_render_func(jinja_context))

    def _not_found(self, text: str, error: jinja2.TemplateNotFound) -> TemplateFaultError:
        searched = ", ".join(self._folders)
        remedy = f"put it into one of these folders: {searched}"
        if error.name == text:
            remedy += "; if the text is a command and names no template, end it with a space"
        return TemplateFaultError(f"there is no template file {error.name!r}", "", remedy)

    def _explained(self, error: Exception, template: jinja2.Template) -> TemplateFaultError:
        if isinstance(error, jinja2.TemplateNotFound):  # of an {% include %}
            return self._not_found("", error)
        if isinstance(error, jinja2.TemplateSyntaxError):
            return _syntax(error)
        place = _place(error, template)
        if isinstance(error, jinja2.UndefinedError):
            unknown = re.match(r"'(\w+)' is undefined", str(error.message))
            known = unknown is not None and unknown[1] in NEEDS_DATE
            remedy = NO_DATE if known else "check the spelling; the documentation lists what templates know"
            return TemplateFaultError(str(error.message), place, remedy)
        if isinstance(error, HeadwayError):
            return TemplateFaultError(error.message, place, error.remedy)
        return TemplateFaultError(f"{type(error).__name__}: {error}", place, "mend the template or the macro")


class Sandbox(SandboxedEnvironment):
    """Templates of texts: as in Airflow they reach names with one underscore, and nothing of Python's inside."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute."""
        return not is_internal_attribute(obj, attr)


class _Names(Mapping[str, Any]):
    """The names that a template knows: the context's, over the DAG's macros and Jinja's own."""

    def __init__(self, context: Mapping[str, Any], others: Mapping[str, Any]) -> None:
        self._context = context
        self._others = others

    def __contains__(self, name: object) -> bool:
        return name in self._context or name in self._others

    def __getitem__(self, name: str) -> Any:
        return self._context[name] if name in self._context else self._others[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._others, **dict.fromkeys(self._context)})

    def __len__(self) -> int:
        return len(self._context) + len(self._others)


def engine_of(dag: Any) -> TemplateEngine:
    """The engine of a DAG, made once."""
    engine = _engines.get(dag)
    if engine is None:
        engine = _engines[dag] = TemplateEngine(dag)
    return engine


def _environment(dag: Any) -> jinja2.Environment:
    kind = NativeEnvironment if dag.render_template_as_native_obj else Sandbox
    options: dict[str, Any] = {
        "loader": jinja2.FileSystemLoader(_folders(dag)),
        "undefined": _undefined(dag),
        "extensions": ["jinja2.ext.do"],
        **(dag.jinja_environment_kwargs or {}),
    }
    environment = kind(**options)
    environment.filters.update(_FILTERS)
    environment.filters.update(dag.user_defined_filters or {})
    environment.globals.update(dag.user_defined_macros or {})
    return environment


def _undefined(dag: Any) -> type[jinja2.Undefined]:
    """What an unknown name does: an error since Airflow 2, an empty text in 1.10, unless the DAG says."""
    if dag.template_undefined is not None:
        chosen: type[jinja2.Undefined] = dag.template_undefined
        return chosen
    return jinja2.Undefined if dag.style == 1 else jinja2.StrictUndefined


def _folders(dag: Any) -> list[str]:
    """Where template files lie: the DAG file's folder, then template_searchpath (relative to it)."""
    given = dag.template_searchpath or []
    listed = [given] if isinstance(given, (str, Path)) else list(given)
    return [str(dag.folder), *(str(Path(dag.folder, folder)) for folder in listed)]


def _syntax(error: jinja2.TemplateSyntaxError) -> TemplateFaultError:
    file = f" of {error.name}" if error.name else ""
    remedy = "mend the template"
    if "comment tag" in str(error.message):
        remedy = "'{#' starts a comment in Jinja; write bash's ${#name} as {% raw %}${#name}{% endraw %}"
    return TemplateFaultError(str(error.message).rstrip("."), f", line {error.lineno}{file}", remedy)


def _place(error: Exception, template: jinja2.Template) -> str:
    """The line of the template where ``error`` came up: the innermost frame of generated code."""
    found = ""
    step = error.__traceback__
    while step is not None:
        inside: Any = step.tb_frame.f_globals.get("__jinja_template__")
        if inside is not None:
            line = inside.get_corresponding_lineno(step.tb_lineno)
            found = f", line {line}" + (f" of {inside.name}" if inside.name else "")
        step = step.tb_next
    return found
