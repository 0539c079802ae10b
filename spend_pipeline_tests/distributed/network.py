"""Machines, as far as a network can tell: namespaces with an address of their own each, on one bridge."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """A bridge on this machine, and the namespaces behind it, each with its address."""

    address: str
    machines: dict[str, str]

    @property
    def everybody(self) -> str:
        return f"{self.address.rpartition('.')[0]}.0/24"


def ip(*words: str) -> None:
    """One `ip` command. What went wrong is in the exception."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"`ip {' '.join(words)}` says: {done.stderr.strip()}")


def why_not() -> str:
    """Why no namespace can be made here; empty where one can."""
    probe = f"spend-probe-{os.getpid()}"
    try:
        ip("netns", "add", probe)
        ip("netns", "del", probe)
    except OSError as error:
        return f"network namespaces need root and iproute2: {error}"
    return ""


@contextmanager
def network(machines: int) -> Iterator[Network]:
    """So many machines that reach this one and each other; all of it is taken down at the end."""
    own = os.getpid() % 250 + 1  # another run of the tests has another network
    bridge, addresses = f"spendbr{own}", f"10.231.{own}"
    with ExitStack() as down:
        ip("link", "add", bridge, "type", "bridge")
        down.callback(ip, "link", "del", bridge)
        ip("addr", "add", f"{addresses}.1/24", "dev", bridge)
        ip("link", "set", bridge, "up")
        made = {}
        for number in range(1, machines + 1):
            name, cable, address = f"spend-{own}-{number}", f"spendv{own}x{number}", f"{addresses}.{number + 1}"
            ip("netns", "add", name)
            down.callback(ip, "netns", "del", name)
            ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("link", "set", cable, "master", bridge, "up")
            ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
            ip("-n", name, "link", "set", "lo", "up")
            made[name] = address
        yield Network(f"{addresses}.1", made)
