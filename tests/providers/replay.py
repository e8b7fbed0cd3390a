"""Recorded bodies played through framing and dialect, as the wire would."""

import csv
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmtui.chat.events import Done, Event, Failed, Stopped
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.models import ModelName
from llmtui.chat.parts import ToolCall
from llmtui.chat.request import Request
from llmtui.cli.decode import ALIASES
from llmtui.providers.card import Card
from llmtui.providers.dialect import Dialect, Frame, Framing
from llmtui.providers.dialects import MODULES, dialect_named
from llmtui.wire.curing import USUAL_CAPS
from llmtui.wire.framing import framer

RECORDINGS = Path(__file__).parent / "recordings"
ASKING = Request(ModelName("test", "m"), ())


# How a recorded body is framed, by the ending of its file's name.
FRAMINGS: dict[str, Framing] = {".sse": "sse", ".ndjson": "ndjson", ".json-array": "array"}

# What a stream must have shown before its answer may be called complete; where nothing is written here, it is
# enough that the provider gave its reason for ending.
END_MARKS = {
    "openai-chat": re.compile(rb'"finish_reason": ?"|\[DONE\]'),
    "openai-completions": re.compile(rb'"finish_reason": ?"|\[DONE\]'),
    "openai-responses": re.compile(rb"response\.(completed|incomplete|done)|\[DONE\]"),
    "anthropic": re.compile(rb"message_stop|\[DONE\]"),
    "gemini": re.compile(rb"finishReason|blockReason"),
    "ollama": re.compile(rb'"done": ?true'),
    "ollama-generate": re.compile(rb'"done": ?true'),
}


@dataclass(frozen=True)
class Recording:
    """One recorded body and what is to come of it."""

    dialect: str
    name: str
    body: bytes
    expected: dict[str, Any]
    framing: Framing = "sse"
    corpus: bool = False


def recordings() -> list[Recording]:
    """Every recording in the repository that has its expectation beside it."""
    return [
        Recording(
            path.parent.name,
            path.stem,
            path.read_bytes(),
            json.loads(path.with_suffix(".json").read_text(encoding="utf-8")),
            FRAMINGS[path.suffix],
        )
        for path in sorted(RECORDINGS.glob("*/*"))
        if path.suffix in FRAMINGS and path.with_suffix(".json").exists()
    ]


def corpus() -> list[Recording]:
    """Every recording of the corpus that lies beside the project; none where it does not."""
    if not (shared := os.environ.get("LLMTUI_SHARED")):
        return []
    folder = Path(shared) / "corpus"
    with (folder / "INDEX.tsv").open(encoding="utf-8") as index:
        rows = list(csv.DictReader(index, delimiter="\t"))
    return [_from_corpus(folder / "streams" / row["file"], row["dialect"]) for row in rows]


def _from_corpus(path: Path, named: str) -> Recording:
    expected = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))
    framing: Framing = "array" if named == "gemini-json-array" else FRAMINGS[path.suffix]
    return Recording(ALIASES.get(named, named), path.name, path.read_bytes(), expected, framing, corpus=True)


def spoken(name: str) -> Dialect:
    """The dialect with this name."""
    dialect = dialect_named(name)
    assert dialect is not None, f"nobody speaks {name}"
    return dialect


def card_for(dialect: str, inline_thinking: bool = True) -> Card:
    """A card that speaks it."""
    return Card(
        "test",
        "Test",
        dialect,
        "https://api.test.example/v1",
        key_env="TEST_KEY",
        inline_thinking=inline_thinking,
    )


def framed(framing: Framing, *pieces: bytes) -> list[Frame]:
    """The frames of a body that comes in these pieces."""
    cutting = framer(framing, USUAL_CAPS)
    return [*(frame for piece in pieces for frame in cutting.feed(piece)), *cutting.end()]


def decoded(dialect: str, found: Iterable[Frame]) -> list[Event]:
    """The events of these frames, to the end of the stream."""
    decoder = spoken(dialect).decoder(card_for(dialect))
    events = [event for frame in found for event in decoder.feed(frame)]
    return [*events, *decoder.end()]


def replayed(dialect: str, *pieces: bytes, framing: Framing | None = None) -> list[Event]:
    """The events of a body that comes in these pieces, framed as the dialect's requests ask for it."""
    framing = framing or spoken(dialect).call(card_for(dialect), ASKING).framing
    return decoded(dialect, framed(framing, *pieces))


def played(recording: Recording, *pieces: bytes) -> list[Event]:
    """The events of a recording, or of these pieces of it."""
    return replayed(recording.dialect, *(pieces or (recording.body,)), framing=recording.framing)


def endings(events: Iterable[Event]) -> list[Event]:
    """Those of the events that end an answer."""
    return [event for event in events if isinstance(event, Done | Failed | Stopped)]


def folded(events: Iterable[Event]) -> Message:
    """The message that the events make."""
    message = Message("1", "assistant", answer=Answer("test/m"))
    for event in events:
        message = after(message, event)
    return message


def summary(message: Message) -> dict[str, Any]:
    """A message in the words of a recording's expectation."""
    answer = message.answer
    assert answer is not None
    usage = answer.usage
    refused = {"refusal": message.refusal} if message.refusal else {}
    return refused | {
        "text": message.text,
        "reasoning": message.reasoning,
        "tool_calls": [
            {"id": part.id, "name": part.name, "arguments": part.arguments}
            for part in message.parts
            if isinstance(part, ToolCall)
        ],
        "finish_reason": answer.finish_reason,
        "model": answer.model,
        "by": answer.by,
        "usage": usage
        and {
            "input": usage.input,
            "output": usage.output,
            "reasoning": usage.reasoning,
            "cached": usage.cached,
            "total": usage.total,
            "cost": usage.cost,
        },
        "outcome": answer.outcome,
        "error": answer.error.kind if answer.error else None,
    }


DIALECTS = tuple(MODULES)
