"""The documentation says what the code does: tables that come from code, links, paths, commands, dependencies."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest

from headway.timetables import CronTicks

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.-]*[\w-]+(?:/[\w.-]+)*(?:/|\.(?:py|md|toml|txt|yaml))")


def tracked() -> set[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()}


PAGES = sorted(ROOT / name for name in tracked() if name.endswith(".md"))


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tables_are_those_of_the_code(reference: ModuleType) -> None:
    stale = [page.name for page in reference.pages() if reference.filled(page.read_text()) != page.read_text()]
    assert stale == [], "run `make docs`"


def test_every_table_stands_on_a_page(reference: ModuleType) -> None:
    text = "".join(page.read_text() for page in reference.pages())
    assert [name for name in reference.TABLES if f"<!-- table: {name} -->" not in text] == []


def test_a_changed_table_is_noticed(reference: ModuleType) -> None:
    page = "<!-- table: styles -->\nold\n<!-- end -->\n"
    assert "Airflow 1.10" in reference.filled(page)
    with pytest.raises(KeyError):
        reference.filled("<!-- table: nothing -->\n<!-- end -->")


def test_every_command_says_what_it_does_and_shows_an_example(reference: ModuleType) -> None:
    rows = [re.split(r" (?<!\\)\| ", line.strip("| ")) for line in reference.commands().splitlines()[2:]]
    assert len(rows) > 30
    assert [row for row in rows if len(row) != 3 or not all(cell.strip() for cell in row)] == []


def test_an_example_uses_the_command_that_it_stands_for(reference: ModuleType) -> None:
    for line in reference.commands().splitlines()[2:]:
        name, *_, example = CODE.findall(line)
        assert example.startswith(name), line


def test_every_command_that_a_text_or_an_error_names_exists(reference: ModuleType) -> None:
    known = {
        tuple(name.split()[1:]) for name in re.findall(r"^\| `(headway [^`]+)`", reference.commands(), re.MULTILINE)
    }
    groups = "|".join({words[0] for words in known if len(words) == 2})
    single = {words for words in known if len(words) == 1}
    unknown = set()
    for name in tracked():
        if name.endswith((".py", ".md", ".yaml")) and not name.startswith("tests/"):
            text = (ROOT / name).read_text()
            inner = {(group, word) for group, word in re.findall(rf"\bheadway ({groups}) ([a-z][a-z-]*)", text)}
            outer = {(word,) for word in re.findall(r"`headway ([a-z-]+)", text) if not re.fullmatch(groups, word)}
            unknown |= {f"{name}: headway {' '.join(words)}" for words in (inner - known) | (outer - single)}
    assert sorted(unknown) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_resolve(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text()) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_page_can_be_found() -> None:
    """From README.md or docs/index.md one link leads to each page."""
    entries = [ROOT / "README.md", ROOT / "docs" / "index.md"]
    linked = {(entry.parent / target).resolve() for entry in entries for target in LINK.findall(entry.read_text())}
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]
    assert [page.name for page in pages if page not in linked and page not in entries] == []


def test_the_map_names_files_that_exist() -> None:
    """A mention is a whole path, or an end of one that fits a single file or folder."""
    files = tracked()
    known = files | {f"{parent}/" for name in files for parent in Path(name).parents if str(parent) != "."}
    wrong = [
        f"{path}: {_fits(path, known)}" for path in _paths(ROOT / "ARCHITECTURE.md") if len(_fits(path, known)) != 1
    ]
    assert wrong == []


def test_the_map_names_every_package() -> None:
    """Every folder of Python files below a node is mentioned, so a newcomer knows what it is for."""
    mentioned = _paths(ROOT / "ARCHITECTURE.md")
    folders = {str(Path(name).parent) for name in tracked() if name.endswith(".py") and not name.startswith("tests/")}
    missing = [f for f in folders if not any(f"{f}/".endswith(path) or f"{f}/" in path for path in mentioned)]
    assert sorted(missing) == []


def test_functions_that_the_map_names_exist() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    files = tracked()
    for path, name in re.findall(r"`([\w/]+\.py):(\w+(?:\.\w+)?)`", text):
        [file] = _fits(path, files)
        source = (ROOT / file).read_text()
        for part in name.split("."):
            assert re.search(rf"^\s*(?:def|class) {part}\b", source, re.MULTILINE), f"{file} has no {name}"


def test_the_first_commands_of_the_readme_are_make_targets() -> None:
    block = (ROOT / "README.md").read_text().partition("```\n")[2].partition("```")[0]
    first, second = (line.split("#")[0].split() for line in block.strip().splitlines()[:2])
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert (first, second) == (["make", "demo"], ["make", "test"])
    assert {first[1], second[1]} <= targets


def test_contributing_lists_the_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {(_distribution(line), "") for line in project["dependencies"]}
    for extra, lines in project["optional-dependencies"].items():
        needed |= {(_distribution(line), extra) for line in lines if not line.startswith("headway")}
    section = (ROOT / "CONTRIBUTING.md").read_text().partition("## Dependencies")[2].partition("\n## ")[0]
    listed = set()
    for names, reason in re.findall(r"^\| (.+?) \| (.+) \|$", section, re.MULTILINE):
        if names not in ("package", "---"):
            assert reason.strip()
            extra = (CODE.findall(names) or [""])[0]
            listed |= {(name.strip(), extra) for name in re.sub(r"\(.*\)", "", names).split(",")}
    assert listed == needed


def test_the_changelog_is_kept() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    assert text.startswith("# Changelog")
    assert re.search(r"^- \w", text, re.MULTILINE)


def test_scheduled_runs_on_days_when_clocks_change() -> None:
    text = (ROOT / "docs" / "dst.md").read_text()
    rows = re.findall(r"^\| `(.+?)` \| (\S+).*? \| (\S+) \| (.+) \|$", text, re.MULTILINE)
    assert len(rows) >= 12
    assert [(*row[:3], _runs(*row[:3])) for row in rows] == rows


def _runs(cron: str, zone: str, day: str) -> str:
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    ticks = CronTicks((cron,), ZoneInfo(zone))
    found, moment = [], midnight.astimezone(UTC) - timedelta(microseconds=1)
    while (moment := ticks.after(moment)) < midnight.replace(hour=4).astimezone(UTC):
        found.append(f"{moment:%H:%M}")
    return " ".join(found)


def _paths(page: Path) -> set[str]:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    mentions = (part.partition(":")[0] for span in CODE.findall(text) for part in span.split())
    return {mention for mention in mentions if PATH.fullmatch(mention)}


def _fits(path: str, known: set[str]) -> list[str]:
    return [path] if path in known else [name for name in known if name.endswith(f"/{path}")]


def _distribution(requirement: str) -> str:
    return re.split(r"[\[<>=~! ]", requirement)[0]
