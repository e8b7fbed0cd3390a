"""Who may come in: a request is judged by its address, origin and token before anything is done for it."""

import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from hmac import compare_digest

_DEFAULT_PORT = 80
# What a browser says of where a request began. Other ports of this machine are `same-site`: they are not us.
_FROM_HERE = ("", "none", "same-origin")


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of itself. Headers are lists: one that comes twice is judged, too."""

    path: str
    hosts: Sequence[str]
    origins: Sequence[str] = ()
    sites: Sequence[str] = ()
    upgrade: bool = False
    token: str | None = None
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """One address, and two secrets of one run of the server: the token in the URL, the cookie's ticket."""

    address: str
    port: int
    token: str = field(default_factory=_secret, repr=False)
    ticket: str = field(default_factory=_secret, repr=False)

    @property
    def cookie(self) -> str:
        """The name of the cookie. Browsers share cookies between the ports of a host."""
        return f"llmtui_{self.port}"

    @property
    def url(self) -> str:
        """What is opened in the browser."""
        return f"http://{_with_port(_literal(self.address), self.port)}/?token={self.token}"

    def admits(self, asked: Asked) -> bool:
        """Whether this request may go on."""
        return self._came_here(asked) and self._is_known(asked)

    def _came_here(self, asked: Asked) -> bool:
        """Against other pages in the same browser, and against names that were made to lead here."""
        if len(asked.hosts) != 1 or not self._is_ours(asked.hosts[0].lower()):
            return False
        if any(site not in _FROM_HERE for site in asked.sites):
            return False
        if asked.upgrade and not asked.origins:
            return False
        return all(origin.lower() == f"http://{asked.hosts[0].lower()}" for origin in asked.origins)

    def _is_ours(self, host: str) -> bool:
        if host in {_with_port(name, self.port) for name in self._names()}:
            return True
        # On every address of the machine: by number only, for numbers cannot be made to lead elsewhere.
        return ipaddress.ip_address(self.address).is_unspecified and _is_number(host, self.port)

    def _names(self) -> tuple[str, ...]:
        loopback = ipaddress.ip_address(self.address).is_loopback
        return (_literal(self.address), "localhost") if loopback else (_literal(self.address),)

    def _is_known(self, asked: Asked) -> bool:
        if asked.path == "/" and asked.token is not None:
            return _same(asked.token, self.token)
        return _same(asked.ticket, self.ticket)


def _same(given: str, wanted: str) -> bool:
    return compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _literal(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _with_port(name: str, port: int) -> str:
    return name if port == _DEFAULT_PORT else f"{name}:{port}"


def _is_number(host: str, port: int) -> bool:
    name = host if port == _DEFAULT_PORT else host.removesuffix(f":{port}")
    if port != _DEFAULT_PORT and name == host:
        return False
    try:
        return _literal(str(ipaddress.ip_address(name.removeprefix("[").removesuffix("]")))) == name
    except ValueError:
        return False
