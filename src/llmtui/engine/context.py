"""What of a conversation is sent to a model, and about how many tokens that is."""

from collections.abc import Iterable, Sequence

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Usage
from llmtui.chat.message import Message
from llmtui.chat.models import parse_model
from llmtui.chat.parts import Part, ToolCall
from llmtui.chat.request import Request
from llmtui.chat.tokens import Calibration, estimate
from llmtui.engine.chain import chain_of, requests_of
from llmtui.engine.means import Means

# The role, and what surrounds a message on the wire.
_TOKENS_AROUND_A_MESSAGE = 4

# Of a long conversation so many messages are read to estimate it; the others are as dense, by their letters.
_READ = 400


def requests_for(
    conversation: Conversation,
    fallbacks: Sequence[str],
    means: Means,
    stream: bool = True,
    cut: Message | None = None,
) -> tuple[Request, ...]:
    """The requests that ask for an answer to the head of the conversation, to each model of its chain in
    turn; none if no model is chosen.

    Answers that failed before they said anything are left out: there is nothing in them. With `cut` the rest
    of that answer is asked for, of those models only that can be given its beginning.
    """
    if parse_model(conversation.model) is None:
        return ()
    chain = chain_of(conversation.model, fallbacks)
    said = tuple(message for message in conversation.sent if message.parts)
    if cut is not None:
        said = (*said, cut)
        chain = tuple(name for name in chain if means.prefills(name.provider))
    request = Request(
        chain[0],
        said,
        conversation.system,
        conversation.sampling,
        stream,
        continuing=cut is not None,
    )
    return requests_of(request, chain, means.routes)


def final_usage(
    conversation: Conversation, live: Message, count: "TokenCount", calibration: Calibration
) -> Usage | None:
    """What to say of the tokens of an answer at its end: learns from a report, estimates where there is
    none; None where nothing is to be said."""
    assert live.answer is not None
    said, thought = count.output(live)
    reported, model = live.answer.usage, live.answer.asked
    if reported is not None:
        if reported.made is not None and not reported.estimated:
            calibration.learn(model, said + thought, reported.made)
        return None
    if not said + thought:
        return None
    asked, _ = count.context(conversation.sent[:-1], conversation.system, bool(conversation.sent_from))
    asked += round(estimate(live.text[: live.answer.continued]))
    output = round((said + thought) * calibration.ratios.get(model, 1.0))
    return Usage(asked, output, round(thought) or None, None, asked + output, estimated=True)


class TokenCount:
    """The tokens that a branch is, from the newest report on it and an estimate of what came since.

    Remembers what it estimated, so that a long conversation is read once.
    """

    def __init__(self) -> None:
        self._estimates: dict[str, float] = {}

    def context(self, path: Sequence[Message], system: str = "", trimmed: bool = False) -> tuple[int, bool]:
        """(tokens, whether any of it is an estimate) that asking after this path would send.

        Where its beginning was trimmed off, what was reported tells of what is no longer sent.
        """
        since: list[Message] = []
        for message in reversed(path):
            usage = message.answer.usage if message.answer and not trimmed else None
            if usage and not usage.estimated and usage.read is not None:
                reported = usage.read + (usage.made or 0) - (usage.reasoning or 0)
                self._guess(since)
                return reported + round(sum(map(self._of, since))), bool(since)
            since.append(message)
        self._guess(since)
        return round(estimate(system) + sum(map(self._of, since))), bool(since or system)

    def output(self, message: Message) -> tuple[float, float]:
        """(answer and calls, reasoning) tokens that this answer itself made, estimated."""
        text, reasoning = message.new
        return estimate(text) + _calls(message.parts), estimate(reasoning)

    def _guess(self, messages: Sequence[Message]) -> None:
        """Estimate ten thousand messages in the time of a few hundred, the newest first in the list."""
        new = [message for message in messages if message.id not in self._estimates]
        if len(new) <= 2 * _READ:
            return
        # Some of every age: what is talked about changes.
        read = {*range(_READ // 2), *range(0, len(new), 2 * len(new) // _READ)}
        tokens = sum(self._of(new[place]) - _TOKENS_AROUND_A_MESSAGE for place in read)
        dense = tokens / (sum(_letters(new[place]) for place in read) or 1)
        for place, message in enumerate(new):
            if place not in read:
                self._estimates[message.id] = _TOKENS_AROUND_A_MESSAGE + dense * _letters(message)

    def _of(self, message: Message) -> float:
        if message.streaming:
            return _TOKENS_AROUND_A_MESSAGE
        known = self._estimates.get(message.id)
        if known is None:
            known = _TOKENS_AROUND_A_MESSAGE + estimate(message.text) + _calls(message.parts)
            self._estimates[message.id] = known
        return known


def _letters(message: Message) -> int:
    calls = [part for part in message.parts if isinstance(part, ToolCall)]
    return len(message.text) + sum(len(call.name) + len(call.arguments) for call in calls)


def _calls(parts: Iterable[Part]) -> float:
    return sum(estimate(part.name + part.arguments) for part in parts if isinstance(part, ToolCall))
