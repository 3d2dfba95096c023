"""``python -m chaos 1 2 5-9 [--short]``: run the suite with some seeds, print the proof of each; 1 if one fails."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from chaos import report
from chaos.dags.shapes import Shape, shapes
from chaos.evidence import Evidence
from chaos.network import refuse_all_but_root
from chaos.plan import FULL, SHORT, Plan, Size, make_plan
from chaos.proof import prove
from chaos.siege import Siege
from chaos.world import World
from headway.errors import HeadwayError

_REST = 420  # seconds for the start, the last run and the proof, beyond the limit of the work


class TooLongError(Exception):
    """The hard deadline has passed."""


def main() -> int:
    """Run each seed; how many did not pass."""
    chosen = _arguments()
    verdicts = {}
    try:
        if not chosen.plan:
            refuse_all_but_root()
        for seed in chosen.seeds:
            verdicts[seed] = run(seed, SHORT if chosen.short else FULL, only_plan=chosen.plan, always_keep=chosen.keep)
    except TooLongError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    except HeadwayError as error:
        print(f"{error.message}: {error.remedy}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; everything is torn down", file=sys.stderr)
        return 130
    if len(verdicts) > 1:
        print(*(f"seed {seed:>4}  {verdict}" for seed, verdict in verdicts.items()), sep="\n")
    return int(not all(verdict.startswith("PASSED") for verdict in verdicts.values()))


def run(seed: int, size: Size, *, only_plan: bool = False, always_keep: bool = False) -> str:
    """One seed; its verdict. What is left of it is kept if it fails."""
    made = shapes(seed)
    plan = make_plan(seed, size, made)
    head = report.plan_lines(plan, sum(shape.size for shape in made) * size.waves)
    print(*head, sep="\n", flush=True)
    if only_plan:
        return "PASSED: not run"
    folder = Path(tempfile.mkdtemp(prefix=f"headway-chaos-{seed}-"))
    folder.chmod(0o711)  # the servers' account passes through it
    began = time.monotonic()
    evidence = _besiege(folder, plan, made, size)
    proof = prove(evidence)
    verdict = report.summary(proof, evidence, time.monotonic() - began)
    lines = [*report.proof_lines(proof), *report.figures_lines(evidence), *report.recovery_lines(evidence)]
    print(*lines, sep="\n")
    if any(proof.values()) or always_keep:
        report.keep(folder, evidence, [*head, *lines, verdict])
        verdict += f"; see {folder}"
    else:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"seed {seed}  {verdict}", flush=True)
    return verdict


def _besiege(folder: Path, plan: Plan, made: list[Shape], size: Size) -> Evidence:
    with _deadline(size.limit + _REST):
        world = World(folder, plan.seed)
        try:
            world.start()
            return Siege(world, plan, made, size.limit).run()
        except BaseException:
            print(f"what there is of logs is in {folder}", file=sys.stderr)
            raise
        finally:
            world.close()


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """Raise ``TooLongError`` in this thread after so many seconds."""

    def over(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError(f"nothing came to an end within {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("seeds", nargs="+", type=_seeds, help="numbers, and ranges like 1-20")
    parser.add_argument("--short", action="store_true", help="some 500 tasks and a few faults")
    parser.add_argument("--plan", action="store_true", help="print the plan and do nothing")
    parser.add_argument("--keep", action="store_true", help="keep logs and history, also of a seed that passes")
    chosen = parser.parse_args()
    chosen.seeds = [seed for several in chosen.seeds for seed in several]
    return chosen


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


if __name__ == "__main__":
    sys.exit(main())
