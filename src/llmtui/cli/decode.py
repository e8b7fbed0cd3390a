"""`llmtui decode`: a recorded response body, read as if it came from its provider now."""

import argparse
import gc
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from llmtui.chat.events import Event
from llmtui.chat.folding import folded
from llmtui.chat.message import Answer, Message
from llmtui.chat.models import ModelName
from llmtui.chat.request import Request
from llmtui.cli.printing import Printer, as_object
from llmtui.providers.card import Card
from llmtui.providers.dialect import Framing
from llmtui.providers.dialects import MODULES, dialect_named
from llmtui.wire.curing import USUAL_CAPS
from llmtui.wire.keys import without_key
from llmtui.wire.reading import Reading

# What others call them.
ALIASES = {"gemini-json-array": "gemini", "ollama-chat": "ollama"}

_PIECE = 1 << 16
# So much is tried in every dialect, to tell which one was meant.
_SOON_TRIED = 1 << 20
_NOBODY = Card("", "the provider", "", "", "none")
_ANY = Request(ModelName("", ""), ())

# How events, lines of JSON, arrays and whole objects begin.
_STARTS = (b"{", b"[", b"data:", b"event:", b"id:", b"retry:", b"error:", b":")


def run(arguments: argparse.Namespace) -> int:
    """Read, decode, print; the exit status."""
    # One body is read, and the program ends: looking for garbage would only cost time.
    gc.disable()
    body = _read(arguments.file)
    if isinstance(body, str):
        print(f"llmtui: {body}", file=sys.stderr)
        return 2
    message = decoded(arguments.dialect, body)
    printer = Printer(
        sys.stdout,
        sys.stderr,
        stream=False,
        reasoning=arguments.reasoning,
        usage=arguments.usage,
        as_json=arguments.json,
    )
    printer.finish("", message, object_of(message))
    if _is_complete(message):
        return 0
    if not message.parts and len(body) <= _SOON_TRIED and (better := _reads_as(body, arguments.dialect)):
        print(f"llmtui: this reads as {better}: try --dialect {better}", file=sys.stderr)
    elif not message.parts and not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_STARTS):
        print("llmtui: is this the recorded body of a response? It does not begin as one", file=sys.stderr)
    return 1


def decoded(dialect: str, body: bytes) -> Message:
    """The message that a response body makes, as if nobody had asked for it."""
    events = folded(Message("", "assistant", answer=Answer("")), _events(dialect, body))
    assert events.answer is not None
    error = events.answer.error
    # Nobody knows how long it took, and who recorded it may have recorded a key.
    answer = replace(events.answer, timing=Answer("").timing, error=error and without_key(error, _NOBODY, ""))
    return replace(events, answer=answer)


def object_of(message: Message) -> dict[str, Any]:
    """The object that `ask --json` prints, with null for what a body alone does not tell."""
    told = as_object("", message)
    finish = told["finish_reason"]
    return told | {
        "conversation_id": None,
        "model": told["model"] or None,
        "requested_model": None,
        "provider": None,
        # Vertex may write its enumerations as numbers.
        "finish_reason": int(finish) if finish and finish.isdecimal() and finish.isascii() else finish,
        "usage": told["usage"] | {"estimated": False},
        "timing": None,
    }


def _is_complete(message: Message) -> bool:
    return message.answer is not None and message.answer.outcome == "complete"


def _reads_as(body: bytes, wrong: str) -> str:
    """The dialect in which the body is a complete answer after all; empty if there is none."""
    wrong = ALIASES.get(wrong, wrong)
    return next((name for name in MODULES if name != wrong and _is_complete(decoded(name, body))), "")


def _events(named: str, body: bytes) -> Iterator[Event]:
    name = ALIASES.get(named, named)
    dialect = dialect_named(name)
    assert dialect is not None
    # Ollama splits thoughts off by itself, as its card says.
    card = replace(_NOBODY, dialect=name, inline_thinking=not name.startswith("ollama"))
    framing = dialect.call(card, _ANY).framing
    reading = Reading(card, dialect, framing, USUAL_CAPS, _promised(framing, body))
    for start in range(0, len(body), _PIECE):
        yield from reading.feed(body[start : start + _PIECE])
        if reading.ended:
            return
    yield from reading.end()


def _promised(framing: Framing, body: bytes) -> str:
    """The content type of which the body reminds; a recording does not tell it."""
    return "text/event-stream" if framing == "sse" and b"\ndata:" in body.replace(b"\r", b"\n") else ""


def _read(file: str) -> bytes | str:
    """The body, or what is wrong with it in words. More than the wire would take is not read."""
    most = USUAL_CAPS.answer + 1
    try:
        if file == "-":
            body = sys.stdin.buffer.read(most)
        else:
            with Path(file).open("rb") as opened:
                body = opened.read(most)
    except OSError as trouble:
        return f"{file} cannot be read: {(trouble.strerror or str(trouble)).lower()}"
    except ValueError:
        return f"{file!r} is no name of a file"
    return body or f"{'standard input' if file == '-' else file} is empty: there is nothing to decode"
