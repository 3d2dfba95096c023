"""Ignore files: ``.headwayignore`` (out of the bundle) and ``.airflowignore`` (in it, but not read for DAGs).

Patterns are those of ``.gitignore``: ``*`` stays within a name, ``**`` crosses folders, a slash anchors the
pattern to the file's own folder, a slash at the end means folders only, ``!`` takes a name back in; the
last pattern that matches decides. ``.airflowignore`` files of Airflow 2 hold regular expressions instead:
a line ``# syntax: regexp`` (or ``glob``) decides, else the look of the lines does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from headway.errors import BundleError


class _Rule(NamedTuple):
    """``by_name`` patterns have no slash: they are held against the last name of a path only."""

    pattern: re.Pattern[str]
    takes_back: bool = False
    folders_only: bool = False
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The patterns of one ignore file, for paths relative to the folder that it lies in."""

    rules: tuple[_Rule, ...]

    @classmethod
    def globs(cls, text: str) -> IgnoreRules:
        """Read patterns in the manner of ``.gitignore``."""
        lines = (line for line in map(_trimmed, text.splitlines()) if line and not line.startswith("#"))
        return cls(tuple(_glob_rule(line) for line in lines))

    @classmethod
    def regexps(cls, text: str, place: str) -> IgnoreRules:
        """Read one regular expression a line; ``place`` names the file in a ``BundleError``."""
        rules = []
        for number, line in enumerate(text.splitlines(), start=1):
            expression = re.sub(r"(^|\s)#.*", "", line).strip()
            if expression:
                rules.append(_Rule(_compiled(expression, f"{place}:{number}")))
        return cls(tuple(rules))

    @classmethod
    def airflow(cls, text: str, place: str) -> IgnoreRules:
        """Read an ``.airflowignore`` in whichever of the two syntaxes it is written."""
        return cls.regexps(text, place) if _looks_like_regexps(text) else cls.globs(text)

    def verdict(self, path: str, *, folder: bool) -> bool | None:
        """Whether the rules ignore ``path``; None when none of them speaks of it."""
        name = path.rpartition("/")[2]
        for rule in reversed(self.rules):
            if (folder or not rule.folders_only) and rule.pattern.search(name if rule.by_name else path):
                return not rule.takes_back
        return None


class IgnoreTree:
    """The ignore files of a root: each rules its own folder and all below; the nearest one decides."""

    def __init__(self, base: IgnoreRules | None = None) -> None:
        self._rules: dict[str, list[IgnoreRules]] = {"": [base] if base else []}
        self._hidden: dict[str, bool] = {"": False}

    def add(self, folder: str, rules: IgnoreRules) -> None:
        """Put the rules of the ignore file in ``folder`` (relative to the root, ``""`` for the root)."""
        self._rules.setdefault(folder, []).insert(0, rules)

    def ignores(self, path: str, *, folder: bool) -> bool:
        """Whether ``path`` itself is ignored, given that none of its parents is."""
        base = path
        while base:
            base = _parent(base)
            for rules in self._rules.get(base, ()):
                verdict = rules.verdict(path[len(base) :].lstrip("/"), folder=folder)
                if verdict is not None:
                    return verdict
        return False

    def hides(self, path: str) -> bool:
        """Whether the file ``path`` or any folder above it is ignored."""
        return self._hides_folder(_parent(path)) or self.ignores(path, folder=False)

    def _hides_folder(self, folder: str) -> bool:
        known = self._hidden.get(folder)
        if known is None:
            known = self._hides_folder(_parent(folder)) or self.ignores(folder, folder=True)
            self._hidden[folder] = known
        return known


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _trimmed(line: str) -> str:
    return line if line.endswith("\\ ") else line.rstrip()


def _glob_rule(line: str) -> _Rule:
    takes_back = line.startswith("!")
    body = line[1:] if takes_back else line
    folders_only = body.endswith("/")
    body = body.rstrip("/")
    pattern = re.compile(f"\\A{_translated(body.lstrip('/'))}\\Z", re.DOTALL)
    return _Rule(pattern, takes_back, folders_only, by_name="/" not in body)


_TOKEN = re.compile(r"^\*\*/|/\*\*$|/\*\*/|\*+|\?|\[[!^]?\]?[^\]]*\]|\\.|.", re.DOTALL)
_MEANING = {"**/": "(?:.*/)?", "/**": "/.+", "/**/": "/(?:.*/)?", "?": "[^/]"}


def _translated(glob: str) -> str:
    return "".join(_translated_token(match.group()) for match in _TOKEN.finditer(glob))


def _translated_token(token: str) -> str:
    if token in _MEANING:
        return _MEANING[token]
    if token.startswith("*"):
        return "[^/]*"
    if token.startswith("[") and len(token) > 1:
        inner = token[1:-1].replace("\\", "\\\\").replace("[", "\\[")
        return f"[^/{inner[1:]}]" if inner[:1] in ("!", "^") else f"[{inner}]"
    return re.escape(token[-1])


def _compiled(expression: str, place: str) -> re.Pattern[str]:
    try:
        return re.compile(expression)
    except re.error as error:
        raise BundleError(
            f"{place}: {expression!r} is no regular expression: {error}",
            "mend the line, or put `# syntax: glob` at the top of the file",
        ) from None


_SYNTAX = re.compile(r"^\s*#\s*syntax\s*:\s*(regexp|glob)\s*$", re.IGNORECASE | re.MULTILINE)
_ONLY_REGEXPS = re.compile(r"\.\*|\.\+|[\^$|()+]|\\[.dwsb]|\\/")


def _looks_like_regexps(text: str) -> bool:
    said = _SYNTAX.search(text)
    if said:
        return said.group(1).lower() == "regexp"
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return any(_ONLY_REGEXPS.search(line) for line in lines)
