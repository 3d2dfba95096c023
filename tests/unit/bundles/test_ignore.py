from __future__ import annotations

import pytest

from headway.bundles.ignore import IgnoreRules, IgnoreTree
from headway.errors import BundleError


def hidden(rules: IgnoreRules, path: str) -> bool:
    tree = IgnoreTree()
    tree.add("", rules)
    return tree.hides(path)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.csv", "data/big.csv", True),
        ("*.csv", "data/big.csv.gz", False),
        ("/notes", "notes/a.txt", True),
        ("/notes", "deep/notes/a.txt", False),
        ("notes", "deep/notes/a.txt", True),
        ("logs/", "logs/today.txt", True),
        ("logs/", "logs", False),
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/deep/a.md", False),
        ("docs/**/*.md", "docs/deep/er/a.md", True),
        ("docs/**/*.md", "docs/a.md", True),
        ("**/tmp", "a/b/tmp", True),
        ("tmp/**", "tmp/a/b", True),
        ("tmp/**", "tmp", False),
        ("file?.txt", "file1.txt", True),
        ("file[0-4].txt", "file5.txt", False),
        ("file[!0-4].txt", "file5.txt", True),
        ("# notes", "# notes", False),
        (r"\#notes", "#notes", True),
        ("a.c", "abc", False),
        ("a+b(1)", "a+b(1)", True),
    ],
)
def test_patterns_mean_what_they_mean_to_git(pattern: str, path: str, expected: bool) -> None:
    assert hidden(IgnoreRules.globs(pattern), path) is expected


def test_the_last_pattern_that_matches_decides() -> None:
    rules = IgnoreRules.globs("*.csv\n!keep.csv\n")
    assert hidden(rules, "drop.csv")
    assert not hidden(rules, "keep.csv")


def test_what_lies_in_an_ignored_folder_cannot_be_taken_back() -> None:
    assert hidden(IgnoreRules.globs("data/\n!data/keep.csv\n"), "data/keep.csv")


def test_the_nearest_ignore_file_decides_for_its_own_folder() -> None:
    tree = IgnoreTree(IgnoreRules.globs("*.key"))
    tree.add("certs", IgnoreRules.globs("!public.key"))
    assert not tree.hides("certs/public.key")
    assert tree.hides("certs/private.key")
    assert tree.hides("public.key")


def test_an_anchored_pattern_of_a_folder_is_relative_to_that_folder() -> None:
    tree = IgnoreTree()
    tree.add("team", IgnoreRules.globs("/old"))
    assert tree.hides("team/old/dag.py")
    assert not tree.hides("old/dag.py")


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("project_.*\n", "my_project_a/dag.py", True),
        ("tenant_[0-9]+$", "tenant_12", True),
        ("^old/", "very/old/dag.py", False),
        ("# syntax: regexp\nproject\n", "my_project_a.py", True),
        ("project\n", "my_project_a.py", False),
        ("project\n", "project/dag.py", True),
        ("# syntax: glob\na|b\n", "a", False),
        ("**/draft_*.py\n", "x/draft_1.py", True),
        ("old.* # not any more\n", "older/dag.py", True),
    ],
)
def test_an_airflowignore_may_hold_regular_expressions_or_globs(text: str, path: str, expected: bool) -> None:
    assert hidden(IgnoreRules.airflow(text, ".airflowignore"), path) is expected


def test_a_broken_regular_expression_is_named_with_its_line() -> None:
    with pytest.raises(BundleError, match=r"\.airflowignore:2: .*'a\(b'"):
        IgnoreRules.airflow("fine.*\na(b\n", ".airflowignore")
