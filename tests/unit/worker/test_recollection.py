"""What a child remembers of runs is good for one version of a run, and is not much."""

from __future__ import annotations

from headway_worker.child.recollection import Recollection


def test_a_value_is_read_once_for_each_version_of_a_run() -> None:
    reads: list[str] = []
    recollection = Recollection()

    def read(text: str) -> str:
        reads.append(text)
        return text

    for run, version, text in ((1, 1, "a"), (1, 1, "b"), (1, 2, "c"), (2, 1, "d"), (1, 2, "e")):
        recollection.get(run, version, "list", lambda text=text: read(text))
    assert reads == ["a", "c", "d"]
    assert recollection.get(1, 2, "list", lambda: "f") == "c"
    assert recollection.get(1, 2, "other", lambda: "f") == "f"


def test_only_the_last_few_are_kept() -> None:
    recollection = Recollection()
    for run in range(20):
        recollection.get(run, 1, "list", lambda run=run: run)
    assert recollection.get(19, 1, "list", lambda: -1) == 19
    assert recollection.get(0, 1, "list", lambda: -1) == -1
