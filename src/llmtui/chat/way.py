"""The way an answer takes, in words: what it waits for, and where it went otherwise than was asked."""

from collections.abc import Callable
from math import ceil
from typing import assert_never

from llmtui.chat.aliases import same_model
from llmtui.chat.detour import Detour
from llmtui.chat.events import Waiting
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message
from llmtui.chat.models import parse_model


def waiting_words(waiting: Waiting, passed: float, others: str = "") -> str:
    """Why nothing comes, `passed` seconds after the waiting began, and for how long it will be so.

    `others` says who comes first, where it is one's turn that is waited for.
    """
    left = max(0, ceil(waiting.seconds - passed))
    match waiting.why:
        case "retry":
            when = f"retrying in {left} s" if left else "retrying"
            why = f" ({cause(waiting.failure)})" if waiting.failure else ""
            count = f" · {waiting.attempt} of {waiting.attempts}" if waiting.attempts else ""
            return f"{when}{why}{count}"
        case "turn":
            return f"waiting for its turn: {others}" if others else "waiting for its turn"
        case "pace":
            return f"pacing: {left} s" if left else "pacing"
        case "answer":
            return "waiting for the first token"
        case _:
            assert_never(waiting.why)


def _no_name(_model: str) -> str:
    return ""


def another_answered(answer: Answer, canonical: Callable[[str], str] = _no_name) -> bool:
    """Whether the model that answered is clearly not the one that was asked, dates and aliases aside.

    `canonical` tells the lasting name of a `provider/model` that also has others, empty if it has none.
    """
    name = parse_model(answer.asked)
    if not answer.model or name is None:
        return False
    lasting = canonical(answer.asked)
    return not any(same_model(asked, answer.model) for asked in (name.model, lasting) if asked)


def turns(message: Message) -> tuple[str, ...]:
    """Every way in which the answer came about otherwise than was asked, a clause each.

    `answered by B: A was rate-limited (429)`; before B has said anything, `asking B: …`. An answer that
    failed did not come about: see `failures`.
    """
    answer = message.answer
    if answer is None or answer.outcome == "failed":
        return ()
    found = []
    fallbacks = [detour for detour in answer.detours if detour.kind == "fallback"]
    if fallbacks:
        said = answer.timing.first_token is not None or answer.outcome == "complete"
        why = ", ".join(_failed(detour) for detour in fallbacks)
        found.append(f"{'answered by' if said else 'asking'} {answer.asked}: {why}")
    for detour in answer.detours:
        match detour.kind:
            case "whole":
                found.append("in one piece: it does not stream")
            case "without":
                found.append(f"without {detour.what}: it refused that")
            case "fallback":
                pass
            case _:
                assert_never(detour.kind)
    return tuple(found)


def limit_words(message: Message) -> str:
    """How an answer ended that met its limit of tokens, and what to do if nothing of it is to be seen."""
    if message.text or message.refusal:
        return "ended at its token limit"
    hint = "raise max_tokens, or ask for less thinking"
    return f"ended at its token limit before the first word: {hint}"


def failures(message: Message) -> tuple[str, ...]:
    """What kept each model of a chain from answering, where none did; the last one's failure whole."""
    answer = message.answer
    if answer is None or answer.error is None:
        return ()
    before = [_failed(detour) for detour in answer.detours if detour.kind == "fallback"]
    if not before or answer.outcome != "failed":
        return (answer.error.message,)
    return (*before, f"{answer.asked}: {answer.error.message}")


def unread_words(pieces: int) -> str:
    """What to say where a stream had pieces that nobody could read."""
    return f"{pieces} piece{'s' if pieces > 1 else ''} of the answer could not be read"


def _failed(detour: Detour) -> str:
    return f"{detour.model} {detour.failure.brief}"


def cause(failure: Failure) -> str:
    """`rate-limited, 429`: the trouble between brackets."""
    words = failure.brief.removeprefix("was ")
    return f"{words.removesuffix(f' ({failure.status})')}, {failure.status}" if failure.status else words
