from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import OrderedDict, namedtuple
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.authoring.later import Later
from headway.authoring.xcom_codec import TAG, decode, encode
from headway.errors import XComError

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.datetimes(timezones=st.timezones())
    | st.timedeltas()
    | st.uuids()
)
KEYS = st.text() | st.integers() | st.just(TAG) | st.tuples(st.integers(), st.text())
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(KEYS, inner)
        | st.sets(st.integers() | st.text())
        | st.frozensets(st.text())
    ),
    max_leaves=20,
)


@given(VALUES)
def test_every_value_comes_back_equal_and_of_its_type(value: object) -> None:
    back = decode(encode(value))
    assert back == value
    assert type(back) is type(value)


@given(VALUES)
def test_the_text_is_strict_json_that_utf8_can_hold(value: object) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    text = encode(value)
    json.loads(text, parse_constant=refuse)
    text.encode()


def test_nan_and_infinities_are_kept() -> None:
    back = decode(encode([math.nan, math.inf, -math.inf]))
    assert math.isnan(back[0])
    assert back[1:] == [math.inf, -math.inf]


def test_a_zone_and_the_second_of_two_equal_hours_are_kept() -> None:
    second = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Prague"))
    back = decode(encode(second))
    assert back.tzinfo == second.tzinfo
    assert back.utcoffset() == timedelta(hours=1)
    assert decode(encode(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))))).utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(
    "moment",
    [
        pendulum.datetime(2026, 3, 1, 12, tz="Europe/Prague"),
        pendulum.parse("2026-03-01T12:00:00+02:00"),
        pendulum.naive(2026, 3, 1),
    ],
)
def test_pendulum_moments_stay_pendulum(moment: pendulum.DateTime) -> None:
    back = decode(encode(moment))
    assert isinstance(back, pendulum.DateTime)
    assert back == moment
    assert back.utcoffset() == moment.utcoffset()


def test_a_pendulum_duration_comes_back_as_a_timedelta() -> None:
    assert decode(encode(pendulum.duration(days=-3, hours=2))) == timedelta(days=-3, hours=2)


def test_the_documented_exceptions() -> None:
    class Colour(Enum):
        RED = "red"

    class Level(IntEnum):
        HIGH = 3

    point = namedtuple("point", "x y")
    assert decode(encode([Colour.RED, Level.HIGH])) == ["red", 3]
    assert decode(encode(point(1, 2))) == (1, 2)
    assert decode(encode(OrderedDict(b=1, a=2))) == {"b": 1, "a": 2}
    assert decode(encode({Colour.RED: 1})) == {"red": 1}
    assert decode(encode(bytearray(b"ab"))) == b"ab"


def test_paths_uuids_and_others_inside_containers() -> None:
    value = {
        "where": Path("/data/x"),
        "id": UUID(int=5),
        "on": {date(2026, 1, 1)},
        "at": time(3, 4),
        "sum": Decimal("1.10"),
    }
    back = decode(encode(value))
    assert back == value
    assert str(back["sum"]) == "1.10"


def test_numpy_scalars_become_numbers() -> None:
    import numpy

    assert decode(encode([numpy.int64(3), numpy.float64(0.5), numpy.bool_(True)])) == [3, 0.5, True]


def test_a_data_frame_comes_back_with_its_types_index_and_gaps() -> None:
    import pandas

    frame = pandas.DataFrame(
        {
            "count": pandas.array([1, None, 3], dtype="Int64"),
            "share": [0.1 + 0.2, math.nan, math.inf],
            "name": ["a", None, "é"],
            "at": pandas.to_datetime(
                ["2026-01-01T00:00:00.000000001+09:00", None, "2026-07-01"], format="ISO8601", utc=True
            ),
            "kind": pandas.Categorical(["x", "y", "x"], categories=["y", "x", "z"], ordered=True),
        },
        index=pandas.Index(["r1", "r2", "r3"], name="row"),
    )
    back = decode(encode({"films": [frame]}))["films"][0]
    pandas.testing.assert_frame_equal(back, frame)


def test_a_data_frame_that_parquet_cannot_hold_is_refused_with_a_way_out() -> None:
    import pandas

    with pytest.raises(XComError, match="value is a DataFrame that Parquet cannot hold: ") as caught:
        encode(pandas.DataFrame({"mixed": [1, "two", object()]}))
    assert "to_dict('records')" in caught.value.remedy


@pytest.mark.parametrize("absent", ["pandas", "pyarrow"])
def test_a_python_without_the_libraries_of_data_frames_says_which_extra_has_them(absent: str) -> None:
    import pandas

    text = encode(pandas.DataFrame({"n": [1]}))
    program = (
        f"import sys; sys.modules[{absent!r}] = None\n"
        "from headway.authoring.xcom_codec import decode\n"
        "from headway.errors import XComError\n"
        "try: decode(sys.argv[1])\n"
        "except XComError as error: print(error.message, error.remedy)"
    )
    said = subprocess.run([sys.executable, "-c", program, text], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.startswith(f"an XCom holds a data frame, and this Python lacks {absent}")
    assert "pip install 'headway[pandas]'" in said.stdout


def test_a_later_value_travels_as_what_it_stands_for() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert decode(encode([Later(lambda: moment), Later(lambda: None)])) == [moment, None]


def test_a_type_that_cannot_travel_is_named_with_task_and_place() -> None:
    class DataFrame:
        pass

    with pytest.raises(XComError) as caught:
        encode({"rows": [1, {"frame": DataFrame()}]}, task_id="extract", key="films")
    assert "XCom 'films' of task 'extract'" in caught.value.message
    assert "value['rows'][1]['frame'] is a DataFrame" in caught.value.message
    assert "to_dict('records')" in caught.value.remedy


def test_a_value_that_contains_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append({"again": loop})
    with pytest.raises(XComError, match="contains itself"):
        encode(loop)


def test_the_cap_counts_bytes_and_the_error_gives_both_sizes() -> None:
    assert encode("é" * 4, max_bytes=10) == '"éééé"'
    with pytest.raises(XComError) as caught:
        encode("é" * 1000, task_id="big", max_bytes=1500)
    assert "2,002 bytes" in caught.value.message
    assert "1,500" in caught.value.message
    assert "xcom.max_bytes" in caught.value.remedy


def test_an_unknown_tag_asks_for_an_upgrade() -> None:
    with pytest.raises(XComError, match="unknown kind 'quaternion'") as caught:
        decode(json.dumps({TAG: "quaternion", "value": 1}))
    assert "upgrade" in caught.value.remedy
