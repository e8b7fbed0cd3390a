"""Where a server is: its address as people write it, and as a failure names it."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit, urlunsplit

# Names that are known in one house only: of machines, containers, and what routers give out.
_NEAR = (".local", ".lan", ".home", ".internal", ".home.arpa")


def host_of(url: str) -> str:
    """`host` or `host:port` of a URL, without user name, password, path or query. Empty if it has none."""
    try:
        _, _, place = _split(url).netloc.rpartition("@")
    except ValueError:
        return ""
    return place


def secret_in(url: str) -> str:
    """The user name and the password of a URL, as they stand before its host; empty if there are none."""
    rest = url.partition("://")[2] or url
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" not in authority and not re.fullmatch(r"[^:]*(:\d*)?|\[.*\](:\d*)?", authority):
        # No port looks so: it is the beginning of a password in which somebody forgot to escape a slash.
        authority = rest
    return authority.rpartition("@")[0]


def shown(url: str) -> str:
    """A URL for people to read, be it a right one or not: without user name and password."""
    secret = secret_in(url)
    return url.replace(f"{secret}@", "…@", 1) if secret else url


def origin_of(url: str) -> str:
    """`scheme://host:port` of a URL, always with its port: what a key is given for. Empty if it has none."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (ValueError, KeyError):
        return ""
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}" if host else ""


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine, so that nothing sent there can be read on the way."""
    host = _host(url)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_near(url: str) -> bool:
    """Whether a URL leads to this machine or to one of the same house: a private address, a name that only a
    local network knows."""
    host = _host(url)
    try:
        address = ip_address(host)
    except ValueError:
        return is_loopback(url) or ("." not in host and bool(host)) or host.endswith(_NEAR)
    return address.is_private or address.is_link_local


def base_url_from(text: str, path: str = "", port: int | None = None) -> str:
    """A base URL from what somebody put in a variable: `0.0.0.0`, `box:11434`, `http://box/v1/`.

    A missing scheme is http, a missing port `port` (unless the scheme is given, as its own port is meant
    then), a missing path `path`; an address that only a server can listen on becomes this machine.
    """
    text = text.strip().rstrip("/")
    with_scheme = "://" in text
    parts = _split(text)
    before, at, place = parts.netloc.rpartition("@")
    host, colon, digits = place.rpartition(":")
    if not colon or place.endswith("]") or not digits.isdigit():
        host, digits = place, ""
    if host in ("", "0.0.0.0"):
        host = "127.0.0.1"
    elif host == "[::]":
        host = "[::1]"
    if not digits and port is not None and not with_scheme:
        digits = str(port)
    netloc = before + at + (f"{host}:{digits}" if digits else host)
    return urlunsplit((parts.scheme, netloc, parts.path or path, "", ""))


def path_of(url: str) -> str:
    """The path of a URL: `/v1`."""
    return _split(url).path


def port_of(url: str) -> int | None:
    """The port that a URL names, if it names one."""
    return _split(url).port


def is_base_url(text: str) -> bool:
    """Whether requests can be sent below this URL."""
    try:
        parts = urlsplit(text)
        reachable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and reachable and not parts.query and not parts.fragment


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _split(text: str) -> SplitResult:
    return urlsplit(text if "://" in text else f"http://{text}")
