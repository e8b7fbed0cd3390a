"""What the page and the process of a session say to each other: read with care, handed on in fixed shapes.

The page is textual-serve's and sends JSON lists; the process has Textual's web driver, which takes packets.
"""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_COLUMNS = 1000
MOST_ROWS = 500
_LONGEST_PING = 64
_FOLLOWED = ("http", "https", "mailto")


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message of the page comes to: a packet for the process, or an answer for the page."""

    packet: bytes = b""
    answer: str = ""


NOTHING = Heard()


def hear(message: str) -> Heard:
    """Understand a message of the page. What is not one comes to nothing."""
    try:
        said = json.loads(message)
    except (ValueError, RecursionError):
        return NOTHING
    match said:
        case ["stdin", str(typed)]:
            # A lone surrogate is no character: nothing that was typed may stop the process from reading on.
            return Heard(_packet(b"D", typed.encode("utf-8", "replace")))
        case ["resize", {"width": int(width), "height": int(height)}]:
            return Heard(resized(width, height))
        case ["focus" | "blur" as what, *_]:
            return Heard(_meta({"type": what}))
        case ["ping", str(sent)]:
            return Heard(answer=json.dumps(["pong", sent[:_LONGEST_PING]]))
    return NOTHING


def resized(width: int, height: int) -> bytes:
    """The packet that tells the process how large the page is. Every process is told it first."""
    size = {"width": _within(width, MOST_COLUMNS), "height": _within(height, MOST_ROWS)}
    return _meta({"type": "resize", **size})


def opening(meta: bytes) -> str:
    """What the page is told when the process wants an address opened; empty for everything else."""
    try:
        said = json.loads(meta)
    except (ValueError, RecursionError):
        return ""
    match said:
        case {"type": "open_url", "url": str(url)} if _may_be_followed(url):
            return json.dumps(["open_url", {"url": url, "new_tab": True}])
    return ""


def _may_be_followed(url: str) -> bool:
    try:
        return urlsplit(url).scheme in _FOLLOWED
    except ValueError:
        return False


def _meta(said: dict[str, object]) -> bytes:
    return _packet(b"M", json.dumps(said).encode())


def _packet(kind: bytes, payload: bytes) -> bytes:
    return kind + len(payload).to_bytes(4, "big") + payload


def _within(given: int, most: int) -> int:
    return max(1, min(int(given), most))
