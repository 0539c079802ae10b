"""Hosts and networks as settings list them: by commas, each looked at."""

import re
from collections.abc import Iterable
from ipaddress import ip_network

HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*)(:\d{1,5})?", re.IGNORECASE)


def by_commas(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def is_host(text: str) -> bool:
    """Whether this is a host's name or address, with or without a port."""
    return HOST.fullmatch(text) is not None


def is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def check_hosts(hosts: Iterable[str], *, networks: bool) -> None:
    """Raises ValueError for what is no host; where networks may be among them, no host has a port."""
    for host in hosts:
        named = is_host(host)
        if not ((is_network(host) or (named and ":" not in host)) if networks else named):
            raise ValueError("it holds what is not a host's name: leave https:// and paths out")
