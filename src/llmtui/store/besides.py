"""What only some conversations and answers have, as one JSON text in a column of its own."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from llmtui.chat.conversation import Conversation, Sampling
from llmtui.chat.detour import Detour
from llmtui.chat.events import Usage
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer

_Shape = TypeVar("_Shape")

_COLUMNS_OF_SAMPLING = ("temperature", "max_tokens")
_COUNTING = ("cache_written", "reasoning_apart", "cached_apart")


def of_conversation(conversation: Conversation) -> str | None:
    """Its fallbacks, the rarer ways in which it has words chosen, and from where on it is sent; None if there
    is none of it."""
    sampling = {
        name: value
        for name, value in asdict(conversation.sampling).items()
        if name not in _COLUMNS_OF_SAMPLING and value is not None and value != ()
    }
    return _written(
        {"fallbacks": conversation.fallbacks, "sampling": sampling, "sent_from": conversation.sent_from}
    )


def of_answer(answer: Answer) -> str | None:
    """How its tokens are counted and the turns it took; None if there is nothing to say."""
    usage = answer.usage or Usage()
    counting = {
        name: value
        for name in _COUNTING
        if (value := getattr(usage, name)) is not None and value is not False
    }
    return _written(
        {
            "usage": counting,
            "detours": [asdict(detour) for detour in answer.detours],
            "unread": answer.unread,
            "continued": answer.continued,
            "accepted": answer.accepted,
        }
    )


def sampling_from(written: str | None, temperature: float | None, max_tokens: int | None) -> Sampling:
    """The whole of how words are chosen."""
    known = _read(written).get("sampling", {})
    if "stop" in known:
        known["stop"] = tuple(known["stop"])
    return _made(Sampling, {**known, "temperature": temperature, "max_tokens": max_tokens})


def fallbacks_from(written: str | None) -> tuple[str, ...]:
    return tuple(_read(written).get("fallbacks", ()))


def sent_from(written: str | None) -> str:
    return str(_read(written).get("sent_from", ""))


def usage_from(written: str | None, **columns: Any) -> Usage:
    """The usage in its columns, counted as its provider counts."""
    return _made(Usage, {**_read(written).get("usage", {}), **columns})


def detours_from(written: str | None) -> tuple[Detour, ...]:
    return tuple(
        _made(Detour, {**known, "failure": _made(Failure, known["failure"])})
        for known in _read(written).get("detours", ())
    )


def unread_from(written: str | None) -> int:
    return int(_read(written).get("unread", 0))


def continued_from(written: str | None) -> int:
    return int(_read(written).get("continued", 0))


def accepted_from(written: str | None) -> bool:
    return bool(_read(written).get("accepted", False))


def failure_from(written: str) -> Failure:
    return _made(Failure, json.loads(written))


def _made(shape: type[_Shape], known: Mapping[str, Any]) -> _Shape:
    """The value, without what a newer llmtui may have written that is not known here."""
    names = {field.name for field in fields(shape)}  # type: ignore[arg-type]
    return shape(**{name: value for name, value in known.items() if name in names})


def _written(known: Mapping[str, Any]) -> str | None:
    said = {name: value for name, value in known.items() if value}
    return json.dumps(said, ensure_ascii=False) if said else None


def _read(written: str | None) -> dict[str, Any]:
    try:
        known = json.loads(written) if written else {}
    except ValueError:
        # Saved from a damaged file: what it says besides is lost, and the words are not.
        known = {}
    return known if isinstance(known, dict) else {}
