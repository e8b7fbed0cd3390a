"""Which proxy and which certificates apply, as httpx takes them from the environment, for `llmtui doctor`."""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.request import getproxies

from llmtui.providers.addresses import host_of, is_loopback, shown

_KINDS = ("http", "https", "all")


@dataclass(frozen=True, slots=True)
class Way:
    """How requests get to a server: through `proxy` (without its name and password), or directly.

    `why` names the variable that decides it; empty where none does.
    """

    proxy: str = ""
    why: str = ""


def way_to(url: str, environ: Mapping[str, str]) -> Way:
    """How requests get to this URL."""
    if is_loopback(url):
        return Way(why="on this machine")
    proxies = getproxies()
    spared = proxies.get("no", "")
    for kind in (url.partition("://")[0].lower(), "all"):
        if proxy := proxies.get(kind):
            entry = _sparing(spared, _name_in(host_of(url)))
            if entry:
                return Way(why=f"{_variable('no', environ)} has {entry}")
            return Way(_address(proxy), _variable(kind, environ))
    return Way()


def proxies_set(environ: Mapping[str, str]) -> dict[str, str]:
    """The proxy settings that apply, by variable: their URLs without names and passwords."""
    proxies = getproxies()
    told = {_variable(kind, environ): _address(proxies[kind]) for kind in _KINDS if proxies.get(kind)}
    if proxies.get("no"):
        told[_variable("no", environ)] = proxies["no"]
    return told


def _address(proxy: str) -> str:
    """A proxy's URL with its scheme, and without the name and the password that may stand in it."""
    return shown(proxy if "://" in proxy else f"http://{proxy}")


def _name_in(host: str) -> str:
    """The name of a host without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).strip("[]").lower()


def certificates_trouble(ca_file: str, environ: Mapping[str, str]) -> str:
    """What is wrong with the certificate authorities that are to be trusted; empty if nothing is."""
    if ca_file:
        return _unreadable("ca_file", ca_file)
    if named := environ.get("SSL_CERT_FILE", ""):
        return _unreadable("SSL_CERT_FILE", named)
    folder = environ.get("SSL_CERT_DIR", "")
    if folder and not Path(folder).is_dir():
        return f"SSL_CERT_DIR: {folder} is no directory"
    return ""


def _unreadable(name: str, path: str) -> str:
    try:
        ssl.create_default_context(cafile=os.path.expanduser(path))
    except FileNotFoundError:
        return f"{name}: {path} is not there"
    except ssl.SSLError:
        return f"{name}: {path} holds no certificates"
    except OSError as error:
        return f"{name}: {path} cannot be read ({error.strerror})"
    return ""


def _variable(kind: str, environ: Mapping[str, str]) -> str:
    names = (f"{kind}_proxy", f"{kind.upper()}_PROXY")
    return next((name for name in names if environ.get(name)), "the system's settings")


def _sparing(spared: str, host: str) -> str:
    """The entry of NO_PROXY that this host falls under: itself, its domain, or everything."""
    for entry in (part.strip() for part in spared.split(",")):
        bare = entry.removeprefix("*").removeprefix(".").lower()
        if entry == "*" or (bare and (host == bare or host.endswith(f".{bare}"))):
            return entry
    return ""
