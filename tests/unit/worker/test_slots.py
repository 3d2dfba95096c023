from __future__ import annotations

import os
from uuid import uuid4

import pytest

from headway_worker.slots import Attempt, Cause, Phase, SlotTable

ATTEMPT = Attempt(7, 3)


def test_only_claimed_attempts_are_held() -> None:
    table = SlotTable(2)
    slot = table.slot(1)
    slot.begin(4711)
    assert table.held() == []
    nonce = uuid4()
    slot.claiming(4711, ATTEMPT, nonce)
    assert table.held() == []
    for phase, held in ((Phase.RUNNING, [ATTEMPT]), (Phase.FINISHING, [ATTEMPT]), (Phase.CALLBACKS, [])):
        slot.enter(phase)
        assert table.held() == held
    reading = table.read()[0]
    assert (reading.index, reading.pid, reading.attempt, reading.nonce) == (1, 4711, ATTEMPT, str(nonce))
    slot.idle()
    assert table.read() == []
    assert (table.taken(), table.pids()) == (1, [4711])


def test_a_request_concerns_one_attempt_only() -> None:
    slot = SlotTable(1).slot(0)
    slot.claiming(1, ATTEMPT, uuid4())
    slot.request(Cause.STOP, ATTEMPT, "cleared by somebody " * 20)
    assert slot.read().cause is Cause.STOP
    assert slot.read().reason.startswith("cleared by somebody")
    slot.claiming(1, Attempt(7, 4), uuid4())
    assert (slot.read().cause, slot.read().reason) == (Cause.NONE, "")


def test_time_lost_through_no_fault_of_the_task_puts_its_end_off() -> None:
    slot = SlotTable(1).slot(0)
    slot.put_off(5.0)
    assert slot.kill_at == 0.0
    slot.kill_at = 10.0
    slot.put_off(5.0)
    assert slot.read().kill_at == 15.0


@pytest.mark.parametrize("field", ["deadline", "draining", "node"])
def test_the_table_is_shared_with_forks(field: str) -> None:
    table = SlotTable(1)
    value = {"deadline": 12.5, "draining": True, "node": str(uuid4())}[field]
    pid = os.fork()
    if pid == 0:
        setattr(table, field, value)
        os._exit(0)
    os.waitpid(pid, 0)
    assert getattr(table, field) == value
