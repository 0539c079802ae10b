"""How far an address that a client gave may lead: to the public internet, or to what the operator allows."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from spend_pipeline.errors import NotConfigured

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What `is_global` lets through. The IPv6 forms that carry an IPv4 address all lie outside 2000::/3, or are here.
NEVER: tuple[Network, ...] = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments, and Oracle's metadata service
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
    IPv4Network("168.63.129.16/32"),  # Azure's own services, seen from inside a virtual machine
    IPv6Network("2001::/23"),  # Teredo and its neighbours
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("3fff::/20"),  # documentation
)
UNICAST = IPv6Network("2000::/3")


def is_public(address: Address) -> bool:
    """Whether this is a host of the public internet, as it stands: no address that stands for another one is."""
    plain = address.is_global and not address.is_multicast and not any(address in network for network in NEVER)
    return plain and (address.version == 4 or address in UNICAST)


def out_of_reach() -> NotConfigured:
    """One sentence for every address, so that none tells what is there."""
    return NotConfigured(
        "The integration's address is not asked: it must be a public https address that can be found, "
        "or one that SPEND_ALLOWED_HOSTS allows"
    )


@dataclass(frozen=True)
class Reach:
    """The hosts and networks that the operator allows beside the public internet."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def allowing(cls, hosts: Iterable[str]) -> "Reach":
        """From names, addresses and networks, as SPEND_ALLOWED_HOSTS lists them."""
        named, networks = set(), []
        for host in hosts:
            try:
                networks.append(ip_network(host))
            except ValueError:
                named.add(host.lower())
        return cls(frozenset(named), tuple(networks))

    def addresses(self, host: str, port: int, *, secure: bool) -> list[str]:
        """The addresses of a host, every one of which may be asked.

        Whoever connects must connect to these: a second look-up may say something else. Raises NotConfigured.
        """
        try:
            found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError):
            raise out_of_reach() from None
        if not found or not all(self.permits(host, address, secure=secure) for address in found):
            raise out_of_reach()
        return found

    def permits(self, host: str, address: str, *, secure: bool) -> bool:
        """Whether this address of this host may be asked. Without TLS, only what the operator allows."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        allowed = host.lower() in self.hosts or any(parsed in network for network in self.networks)
        return allowed or (secure and is_public(parsed))

    def through_a_proxy(self, host: str, *, secure: bool) -> bool:
        """Whether a proxy may be told to ask this host: it looks names up itself, so a name must be allowed by name."""
        return host.lower() in self.hosts or self.permits(host, host, secure=secure)
