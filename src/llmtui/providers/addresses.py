"""Where a server is: its address as people write it, and as a failure names it."""

from urllib.parse import SplitResult, urlsplit, urlunsplit


def host_of(url: str) -> str:
    """`host` or `host:port` of a URL, without user name, password, path or query."""
    _, _, place = _split(url).netloc.rpartition("@")
    return place


def origin_of(url: str) -> str:
    """`scheme://host:port` of a URL, always with its port: what a key is given for. Empty if it has none."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (ValueError, KeyError):
        return ""
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}" if host else ""


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


def _split(text: str) -> SplitResult:
    return urlsplit(text if "://" in text else f"http://{text}")
