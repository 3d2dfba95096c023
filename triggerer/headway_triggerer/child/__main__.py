"""``python -m headway_triggerer.child SOCKET PARENT``: runs triggers until the socket's other end says no more.

Users' code runs here, away from the node: no metastore, no broker, no key. JSON lines on the socket::

    → {"root": "/…", "folder": "dags", "style": null, "prefer_airflow": false, "secrets": […], "defaults": {…},
       "blocking": [1.0, 30.0]}                                  once, first
    → {"run": [ti, token], "classpath": "…", "kwargs": "…", "file": "dags/etl.py", "task": […]}
    → {"drop": [ti, token], "killed": false}
    ← {"of": [ti, token], "fired": ["event", "…"]}
    ← {"of": [ti, token], "log": "…"}
    ← {"of": [ti, token], "blocked": 1.2, "stack": "…"}          while the event loop is kept busy
    ← {"ask": "connection", "key": "db", "number": 7}
    → {"answer": 7, "value": {…}}
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from headway import airflow
from headway.authoring import defaults, plugins, secrets_backends
from headway.authoring.import_paths import add_paths
from headway.authoring.runtime import use_store
from headway.child_processes import die_with_parent
from headway_triggerer.child.blocking import Watch
from headway_triggerer.child.speech import speak_for_triggers
from headway_triggerer.child.triggers import Triggers
from headway_triggerer.child.wire import Wire


def main() -> None:
    """Run until the node lets go."""
    descriptor, parent = int(sys.argv[1]), int(sys.argv[2])
    os.set_inheritable(descriptor, False)
    die_with_parent(parent)
    wire = Wire(socket.socket(fileno=descriptor))
    beginning = wire.next()
    if beginning is None:
        return
    root, folder = _set_up(beginning)
    loop = asyncio.new_event_loop()
    speak_for_triggers(wire)
    triggers = Triggers(loop, wire, root, folder, beginning)
    threading.Thread(target=_listen, args=(wire, loop, triggers), name="node", daemon=True).start()
    Watch(loop, wire, triggers, *beginning["blocking"]).start()
    with use_store(wire):
        loop.run_forever()
        loop.run_until_complete(triggers.end())


def _set_up(beginning: dict[str, Any]) -> tuple[Path, Path]:
    root = Path(beginning["root"]).resolve()
    folder = root / beginning["folder"]
    os.chdir(root)
    secrets_backends.configure(*beginning["secrets"])
    defaults.configure(**beginning["defaults"])
    airflow.install(prefer_airflow=beginning["prefer_airflow"])
    add_paths(root, folder)
    plugins.activate(root, folder)
    return root, folder


def _listen(wire: Wire, loop: asyncio.AbstractEventLoop, triggers: Triggers) -> None:
    while (message := wire.next()) is not None:
        if "answer" in message:
            wire.answered(message)
        elif "run" in message:
            loop.call_soon_threadsafe(triggers.begin, message)
        elif "drop" in message:
            loop.call_soon_threadsafe(triggers.drop, (message["drop"][0], message["drop"][1]), message["killed"])
    loop.call_soon_threadsafe(loop.stop)
    threading.Event().wait(_LONGEST_END)
    os._exit(0)  # a trigger blocks the loop: nobody waits for it any more


_LONGEST_END = 5.0  # seconds in which triggers may clean up

if __name__ == "__main__":
    main()
