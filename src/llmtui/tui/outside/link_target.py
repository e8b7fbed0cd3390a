"""What an address really is, before it is opened: whose host, in which letters, and what is odd about it."""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from llmtui.terminal import safe_link

_USUAL_PORTS = {"http": 80, "https": 443}
# What belongs together in one name, by what Unicode calls the letters.
_TOGETHER = (
    {"CJK", "HIRAGANA", "KATAKANA", "LATIN"},
    {"CJK", "HANGUL", "LATIN"},
    {"CJK", "BOPOMOFO", "LATIN"},
)
# All that may be in a host; what browsers and this reader could read differently is in none.
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_STAYS = "!#$&'()*+,/:;=?@[]~%"


@dataclass(frozen=True, slots=True)
class Target:
    """An address. `url` is what is opened, in ASCII, and empty if it is better not to open it; `host` is what
    goes over the wire, and `written` what it says in letters where that is something else."""

    url: str
    host: str
    written: str = ""
    warnings: tuple[str, ...] = ()


def target_of(link: str) -> Target:
    """Look at a link. Whoever shows any of this makes it safe first."""
    if safe_link(link) is None:
        return Target("", "", warnings=("Only http, https and mailto are opened",))
    if "\\" in link:
        return Target(
            "", "", warnings=("There is a backslash in it: programs do not agree which host it names",)
        )
    try:
        return _mail(link) if link.lower().startswith("mailto:") else _web(link)
    except ValueError:
        return Target("", "", warnings=("No host can be read in it",))


def _web(link: str) -> Target:
    split = urlsplit(link)
    host, port, warnings = split.hostname or "", split.port, []
    ascii_host = f"[{host}]" if ":" in host else _in_ascii(host)
    if not _HOST.fullmatch(ascii_host):
        raise ValueError(host)
    written = _in_letters(ascii_host)
    if "@" in split.netloc:
        warnings.append("What stands before the @ is a name to log in with, and not the host")
    if written != ascii_host:
        warnings.append("Its host has letters that may look like others")
    if scripts := _mixed(written):
        warnings.append(f"It mixes scripts in one name: {scripts}")
    if port is not None and port != _USUAL_PORTS[split.scheme]:
        warnings.append(f"It asks for port {port}")
    warnings += _number_warnings(ascii_host.strip("[]"))
    netloc = ascii_host if port is None else f"{ascii_host}:{port}"
    if "@" in split.netloc:
        netloc = f"{split.netloc.rpartition('@')[0]}@{netloc}"
    url = quote(split._replace(netloc=netloc).geturl(), safe=_STAYS)
    return Target(url, ascii_host, "" if written == ascii_host else written, tuple(warnings))


def _mail(link: str) -> Target:
    split = urlsplit(link)
    hosts = {address.rpartition("@")[2] for address in split.path.split(",") if "@" in address}
    asked = {name.lower() for name in parse_qs(split.query, keep_blank_values=True)}
    if asked & {"attach", "attachment"}:
        return Target("", ", ".join(sorted(hosts)), warnings=("It would attach a file of yours",))
    warnings = []
    if others := sorted(asked & {"to", "cc", "bcc"}):
        warnings.append(f"It names more people to write to: {', '.join(others)}")
    ascii_hosts = [_in_ascii(host) for host in sorted(hosts)]
    written = [_in_letters(host) for host in ascii_hosts]
    if written != ascii_hosts:
        warnings.append("Its host has letters that may look like others")
    warnings += [f"It mixes scripts in one name: {scripts}" for host in written if (scripts := _mixed(host))]
    shown = "" if written == ascii_hosts else ", ".join(written)
    return Target(quote(link, safe=_STAYS), ", ".join(ascii_hosts), shown, tuple(warnings))


def _in_ascii(host: str) -> str:
    return host.lower() if host.isascii() else host.encode("idna").decode()


def _in_letters(host: str) -> str:
    return ".".join(
        label[4:].encode().decode("punycode") if label.startswith("xn--") else label
        for label in host.split(".")
    )


def _mixed(host: str) -> str:
    """The scripts that one label of a host mixes though they do not belong together, empty if none does."""
    for label in host.split("."):
        scripts = {unicodedata.name(sign, "?").partition(" ")[0] for sign in label if sign.isalpha()}
        if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
            return ", ".join(sorted(script.capitalize() for script in scripts))
    return ""


def _number_warnings(host: str) -> list[str]:
    """What to say of a host that is a number: browsers read many spellings of one."""
    try:
        address = ipaddress.ip_address(host)
        told = []
    except ValueError:
        if host in ("localhost", "localhost.") or host.rstrip(".").endswith(".localhost"):
            return ["It leads to this machine"]
        try:
            address = ipaddress.ip_address(_number(host))
        except ValueError:
            return []
        told = [f"Its host is the address {address}, spelled otherwise"]
    if address.is_loopback or address.is_unspecified:
        return [*told, "It leads to this machine"]
    return [*told, "It leads into your own network"] if address.is_private or address.is_link_local else told


def _number(host: str) -> int:
    """The address that browsers read in a host of numbers: decimal, octal (0) or hexadecimal (0x), and the
    last of less than four is for all the bytes that are left. ValueError for every other host."""
    *first, last = [_part(part) for part in host.removesuffix(".").split(".")]
    if len(first) > 3 or any(part > 255 for part in first) or last >= 256 ** (4 - len(first)):
        raise ValueError(host)
    return (int.from_bytes(bytes(first), "big") << 8 * (4 - len(first))) + last


def _part(part: str) -> int:
    if part.lower().startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") else 10)
