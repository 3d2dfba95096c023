"""A trigger in a test's metastore that refuses every move that the state table does not allow, and logs the rest.

The log is in the order in which moves were made, so replaying it shows how many task instances were queued
or running at any moment, whichever processes moved them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from headway.metastore.database import Connection
from headway.states import OCCUPYING, TRANSITIONS, TaskState

_INSTALL = """
CREATE TABLE move (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ti bigint, old text, new text, dispatch int,
                   try_number int);
CREATE FUNCTION guard_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'none' THEN
            RAISE 'task instance % begins as %', NEW.task_id, NEW.state;
        END IF;
        RETURN NULL;
    END IF;
    IF NEW.dispatch < OLD.dispatch OR NEW.try_number < OLD.try_number THEN
        RAISE 'task instance %: token or try went back', NEW.task_id;
    END IF;
    IF NEW.state IS DISTINCT FROM OLD.state THEN
        IF NOT ('{allowed}'::jsonb -> OLD.state) ? NEW.state THEN
            RAISE 'task instance %: forbidden move % -> %', NEW.task_id, OLD.state, NEW.state;
        END IF;
        INSERT INTO move (ti, old, new, dispatch, try_number)
        VALUES (NEW.id, OLD.state, NEW.state, NEW.dispatch, NEW.try_number);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER guard_move AFTER INSERT OR UPDATE ON task_instance FOR EACH ROW EXECUTE FUNCTION guard_move();
"""

_FACTS = """
SELECT m.ti, m.old, m.new, m.dispatch, t.task_id, t.run_id, r.dag_id, t.pool, t.pool_slots, t.queue
FROM move m JOIN task_instance t ON t.id = m.ti JOIN dag_run r ON r.id = t.run_id ORDER BY m.seq
"""


@dataclass(frozen=True)
class Move:
    """One transition of one task instance, with the facts that limits are about."""

    ti: int
    old: str
    new: str
    dispatch: int
    task_id: str
    run: int
    dag_id: str
    pool: str
    slots: int
    queue: str


def moves_of(conn: Connection) -> list[Move]:
    """Every move that a guard in this metastore has seen, in order."""
    return [Move(*row) for row in conn.execute(_FACTS).fetchall()]


class Moves:
    """What the guard has seen; where there is none yet, there is one from now on."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        if conn.execute("SELECT to_regclass('move') IS NOT NULL").fetchone() == (True,):
            return
        allowed = {str(old): sorted(map(str, new)) for old, new in TRANSITIONS.items()}
        conn.execute(_INSTALL.replace("{allowed}", json.dumps(allowed)))

    def all(self) -> list[Move]:
        """Every move so far, in order."""
        return moves_of(self._conn)

    def order(self, state: str) -> list[str]:
        """The task ids in the order in which they came into a state."""
        return [move.task_id for move in self.all() if move.new == state]

    def count(self, task_id: str, state: str) -> int:
        """How often a task came into a state."""
        return self.order(state).count(task_id)

    def peak(
        self, by: Callable[[Move], object] = lambda _move: None, weight: Callable[[Move], int] = lambda _move: 1
    ) -> dict[object, int]:
        """The most that was ever queued or running at once, by a key of the move."""
        now: Counter[object] = Counter()
        most: Counter[object] = Counter()
        for move in self.all():
            step = (TaskState(move.new) in OCCUPYING) - (TaskState(move.old) in OCCUPYING)
            now[by(move)] += step * weight(move)
            most[by(move)] = max(most[by(move)], now[by(move)])
        return dict(most)
