"""The same question put otherwise, where a server refuses the way in which it was put."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from llmtui.chat.detour import Detour
from llmtui.chat.failure import Failure
from llmtui.chat.request import Request
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.providers.dialect import Call

_REFUSED = (400, 404, 405, 406, 415, 422, 501)
# What is asked for by the name of a field, in the two usual shapes of an error that names one.
_FIELD = r'"(?:param|loc)"\s*:\s*(?:\[[^\]]*)?"{}"'
_NO_STREAM = re.compile(
    r"\bstream(?:ing|ed)?\b[^.]{0,80}(?:\bnot|n't|\bun)[ -]?(?:yet )?"
    r"(?:be )?(?:support|allow|implement|available|enabled|possible)"
    r"|(?:\bnot|n't|\bun)[ -]?(?:support|allow|implement)[^.]{0,80}\bstream(?:ing|ed)?\b"
    r"|\bverified to stream\b|\bstream(?:ing)?\b[^.]{0,40}\bmust be (?:set to )?false",
    re.IGNORECASE,
)
_NO_STREAM_FIELD = re.compile(_FIELD.format("stream"))


@dataclass(frozen=True, slots=True)
class Option:
    """A field that llmtui adds of itself: how a refusal says it, in words and in the details behind them,
    and the card on which it is left out."""

    words: re.Pattern[str]
    details: re.Pattern[str]
    without: Callable[[Card], Card]


@dataclass(frozen=True, slots=True)
class Course:
    """How a question is put now: the card may have lost an option, the request its wish for a stream."""

    card: Card
    request: Request

    def whole(self, failure: Failure) -> tuple["Course", Detour]:
        """The same, to be answered in one piece."""
        model = str(self.request.model)
        return replace(self, request=replace(self.request, stream=False)), Detour("whole", model, failure)

    def without(self, field: str, failure: Failure) -> tuple["Course", Detour]:
        """The same, without one of the optional fields that llmtui adds of itself."""
        card = _OPTIONAL[field].without(self.card)
        return replace(self, card=card), Detour("without", str(self.request.model), failure, field)

    def taking(self, detour: Detour) -> tuple["Course", Detour]:
        """The same by a way that another question had to take before."""
        if detour.kind == "whole":
            return self.whole(detour.failure)
        return self.without(detour.what, detour.failure)

    def after(self, failure: Failure, call: Call) -> tuple["Course", Detour] | None:
        """Another way to ask, if this failure of the call says that there is one."""
        if failure.status not in _REFUSED or failure.kind in ("auth", "credit", "context"):
            return None
        for field, option in _OPTIONAL.items():
            refused = option.words.search(failure.what) or option.details.search(failure.detail)
            if refused and f'"{field}"'.encode() in call.body:
                return self.without(field, failure)
        if self.request.stream and (
            _NO_STREAM.search(failure.what) or _NO_STREAM_FIELD.search(failure.detail)
        ):
            return self.whole(failure)
        return None


def does_not_stream(card: Card) -> Failure:
    """Why a server that is known not to stream is not asked to."""
    return Failure("bad_request", "it does not stream its answers", host_of(card.base_url))


# What a dialect adds of itself and can leave out, or call otherwise, if its card says so.
_OPTIONAL = {
    "stream_options": Option(
        re.compile(r"\bstream_options\b|\binclude_usage\b"),
        re.compile(_FIELD.format("stream_options")),
        lambda card: replace(card, usage_option=False),
    ),
    # Only who asks for the other name: a limit that is too large is refused with this one in the details.
    "max_tokens": Option(
        re.compile(r"\bmax_completion_tokens\b"),
        re.compile(r"(?!)"),
        lambda card: replace(card, limit_field="max_completion_tokens"),
    ),
    # OpenAI tells what its models think only to organisations that it has verified.
    "summary": Option(
        re.compile(r"\breasoning summar|\breasoning\.summary\b"),
        re.compile(_FIELD.format(r"reasoning\.summary")),
        lambda card: replace(card, summaries=False),
    ),
}
