"""What only some conversations and answers have, as one JSON text in a column of its own."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, get_args

from llmtui.chat.conversation import Conversation, Effort, Sampling
from llmtui.chat.detour import Detour
from llmtui.chat.events import Usage
from llmtui.chat.failure import Failure, FailureKind
from llmtui.chat.message import Answer

Besides = Mapping[str, Any]

_COLUMNS_OF_SAMPLING = ("temperature", "max_tokens")
_COUNTING = ("cache_written", "reasoning_apart", "cached_apart")
_TURNS = ("fallback", "whole", "without")


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


def read(written: str | None) -> Besides:
    """What was written. A file may be damaged, or of a newer llmtui: what cannot be understood is lost, and
    never the words beside it."""
    return _table(written) if written else {}


def sampling_in(besides: Besides, temperature: float | None, max_tokens: int | None) -> Sampling:
    """The whole of how words are chosen."""
    known = _inner(besides, "sampling")
    effort = known.get("effort")
    return Sampling(
        temperature,
        max_tokens,
        top_p=_number(known.get("top_p")),
        top_k=_count(known.get("top_k")),
        seed=_count(known.get("seed")),
        stop=_texts(known.get("stop")),
        effort=effort if effort in get_args(Effort) else None,
        thinking_tokens=_count(known.get("thinking_tokens")),
    )


def fallbacks_in(besides: Besides) -> tuple[str, ...]:
    return _texts(besides.get("fallbacks"))


def sent_from_in(besides: Besides) -> str:
    return _text(besides.get("sent_from"))


def usage_in(besides: Besides, **columns: Any) -> Usage:
    """The usage in its columns, counted as its provider counts."""
    known = _inner(besides, "usage")
    return Usage(
        **columns,
        cache_written=_count(known.get("cache_written")),
        reasoning_apart=known.get("reasoning_apart") is True,
        cached_apart=known.get("cached_apart") is True,
    )


def _detours(besides: Besides) -> tuple[Detour, ...]:
    found = besides.get("detours")
    return tuple(
        Detour(turn["kind"], _text(turn.get("model")), failure, _text(turn.get("what")))
        for turn in (found if isinstance(found, list) else ())
        if isinstance(turn, dict)
        and turn.get("kind") in _TURNS
        and (failure := _failure(_inner(turn, "failure")))
    )


def answer_in(besides: Besides) -> dict[str, Any]:
    """What an answer has beside its columns, by the names of its fields."""
    return {
        "detours": _detours(besides),
        "unread": _count(besides.get("unread")) or 0,
        "continued": _count(besides.get("continued")) or 0,
        "accepted": besides.get("accepted") is True,
    }


def failure_from(written: str | None) -> Failure | None:
    """The failure that was written, None if there is none, or none that can be understood."""
    return _failure(read(written))


def _failure(known: Mapping[str, Any]) -> Failure | None:
    what = _text(known.get("what"))
    if not what:
        return None
    kind: Any = known.get("kind")
    return Failure(
        kind if kind in get_args(FailureKind) else "provider",
        what,
        _text(known.get("where")),
        _text(known.get("hint")),
        _count(known.get("status")),
        _text(known.get("detail")),
        _number(known.get("retry_after")),
    )


def _written(known: Mapping[str, Any]) -> str | None:
    said = {name: value for name, value in known.items() if value}
    return json.dumps(said, ensure_ascii=False) if said else None


def _table(written: str) -> Besides:
    try:
        known = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def _inner(known: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = known.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
