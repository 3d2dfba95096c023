from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from headway.masking import Masker

SECRET = 'p&ss "w/rd'


@pytest.mark.parametrize("form", [SECRET, quote(SECRET, safe=""), json.dumps(SECRET)[1:-1], repr(SECRET)[1:-1]])
def test_every_form_of_a_secret_is_masked(form: str) -> None:
    masker = Masker()
    masker.add(SECRET)
    assert masker(f"before {form} after") == "before *** after"


def test_each_line_of_a_secret_is_masked() -> None:
    masker = Masker()
    masker.add("-----BEGIN-----\nabcdef\nghijkl\n")
    assert masker("x abcdef") == "x ***"
    assert masker("ghijkl") == "***"


def test_the_longer_of_two_secrets_wins() -> None:
    masker = Masker()
    masker.add("hunter")
    masker.add("hunter2")
    assert masker("hunter2 hunter") == "*** ***"


def test_very_short_values_are_left() -> None:
    masker = Masker()
    masker.add("a")
    assert masker("banana") == "banana"
