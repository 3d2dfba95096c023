"""Makes two hosts and does to them what the chaos suite does; prints what came of it, as JSON.

A process of its own runs this, for it leaves the network of this machine.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from chaos.injector import Injector
from chaos.network import Network
from chaos.plan import Fault

DEADLINE = 60.0


def main() -> None:
    network = Network(["one", "two", "three"])
    two = network.hosts["two"]
    with two.entered():
        listener = socket.create_server(("0.0.0.0", 5555))
        shell = subprocess.Popen(["/bin/sh", "-c", "sleep 600 & wait"])
    await_states(network, 2, "S")
    world = SimpleNamespace(network=network, host=network.hosts.get, main_process=lambda _: shell.pid)
    world.start_again = lambda _: shell.wait()
    injector = Injector(world)  # type: ignore[arg-type]
    seen: dict[str, Any] = {"before": [reaches(network, name) for name in ("one", "three")]}
    with fault(injector, "cut", ("one",)):
        seen["cut"] = [reaches(network, name) for name in ("one", "three")]
        network.cut("two", "one")
    seen["cut twice"] = reaches(network, "one")
    network.join("one", "two")
    seen["joined"] = [reaches(network, name) for name in ("one", "three")]
    with fault(injector, "freeze"):
        seen["frozen"] = await_states(network, 2, "T")
    seen["thawed"] = await_states(network, 2, "S")
    with fault(injector, "pause"):
        seen["paused"] = await_states(network, 2, "ST")
    with fault(injector, "kill"):
        seen["killed"] = await_states(network, 1, "S")
    with fault(injector, "power"):
        seen["power"] = states(network)
    listener.close()
    network.close()
    print(json.dumps(seen))


@contextmanager
def fault(injector: Injector, harm: str, peers: tuple[str, ...] = ()) -> Any:
    struck = injector.strike(Fault(0.0, "worker", harm, "two", 1.0, peers))
    yield
    injector.mend(struck)


def reaches(network: Network, name: str) -> bool:
    """Whether a host reaches ``two`` now; to tell that it does not takes a while."""
    with network.hosts[name].entered(), socket.socket() as probe:
        probe.settimeout(0.3)
        return probe.connect_ex((network.hosts["two"].address, 5555)) == 0


def states(network: Network) -> str:
    """The states of the processes of ``two``, dead ones left out."""
    found = []
    for pid in network.hosts["two"].processes():
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        found.append(state)
    return "".join(sorted(state for state in found if state != "Z"))


def await_states(network: Network, count: int, kinds: str) -> str:
    """Their states, as soon as they are so many and of these kinds only."""
    give_up = time.monotonic() + DEADLINE
    while (found := states(network)) != (kinds if len(kinds) == count else kinds * count):
        if time.monotonic() > give_up:
            sys.exit(f"the processes are {found}, not {count} times {kinds}")
        time.sleep(0.02)
    return found


if __name__ == "__main__":
    main()
