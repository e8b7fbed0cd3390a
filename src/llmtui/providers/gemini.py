"""The dialect of Google's Gemini: every event of a stream is a whole response of its own."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from llmtui.chat.events import (
    Done,
    Event,
    Failed,
    ModelReported,
    ReasoningDelta,
    TextDelta,
    Unread,
    Usage,
    UsageReported,
)
from llmtui.chat.failure import Failure
from llmtui.chat.request import Request
from llmtui.providers.bare_errors import is_bare_error
from llmtui.providers.card import Card
from llmtui.providers.dialect import Call, Frame
from llmtui.providers.endings import cut_off, not_json, thought_unseen
from llmtui.providers.failures import failure_from, failure_in_stream
from llmtui.providers.gemini_calls import FunctionCalls
from llmtui.providers.gemini_endings import broke_off, is_a_limit, question_refused, without_words
from llmtui.providers.gemini_requests import body_of
from llmtui.providers.gemini_signatures import for_text, for_thought
from llmtui.providers.misread import misread
from llmtui.providers.opening import EndMark, opened
from llmtui.providers.payload import count_in, json_text, parse, text_in

# What a part may be besides words and calls. Searches of the provider's own are its business; what a model
# ran, drew or linked to is part of its answer, and whoever reads it should know that it is not shown.
_SILENT = ("toolCall", "toolResponse")
_UNSHOWN = ("inlineData", "fileData", "executableCode", "codeExecutionResult", "functionResponse")

_COLLECTIONS = ("models/", "tunedModels/", "publishers/", "projects/", "endpoints/")


class Gemini:
    """`POST {base}/models/{model}:streamGenerateContent?alt=sse`, or `:generateContent` for one whole body.

    Without `alt=sse`, as some gateways ask for it, the events come as the elements of one JSON array.
    """

    name = "gemini"

    def call(self, card: Card, request: Request) -> Call:
        """The HTTP request that asks this."""
        method = "streamGenerateContent?alt=sse" if request.stream else "generateContent"
        path = f"{_resource(request.model.model)}:{method}"
        return Call(path, body_of(card, request), card.headers, "sse")

    def decoder(self, card: Card) -> "GeminiDecoder":
        """A decoder for one streamed response."""
        return GeminiDecoder(card)

    def whole(self, card: Card, body: bytes) -> tuple[Event, ...]:
        """The events of a response that came in one piece, or of a whole array of them."""
        try:
            payload = parse(body)
        except ValueError:
            return (Failed(not_json(card, body)),)
        decoder = GeminiDecoder(card)
        if isinstance(payload, list) and any(_is_response(item) for item in payload):
            events = [event for item in payload if isinstance(item, dict) for event in decoder.response(item)]
            return (*events, *decoder.end())
        if isinstance(payload, dict) and _is_response(payload):
            # A body that is there to its last brace is whole, whether or not it gives a reason for ending.
            return (*decoder.response(payload), *decoder.done())
        return (Failed(failure_from(200, "", body, card)),)


class GeminiDecoder:
    """One stream being read.

    The reason for ending is held back until the stream is over, because more may follow it; after an ending
    nothing more is said.
    """

    def __init__(self, card: Card) -> None:
        self._card = card
        self._calls = FunctionCalls()
        self._model = ""
        self._usage: Usage | None = None
        self._finish = ""
        self._why = ""
        self._said = False
        self._unshown = ""
        self._ended = False

    def feed(self, frame: Frame) -> Iterable[Event]:
        """The events of one server-sent event, or of one element of an array."""
        if self._ended:
            return ()
        found = opened(frame, self._card)
        if type(found) is dict:
            return self.response(found)
        match found:
            case list(responses):
                return [event for one in responses if isinstance(one, dict) for event in self.response(one)]
            case EndMark():
                # Gemini knows no such mark; a proxy that adds it does not make a cut answer whole.
                return self.done() if self._finish else ()
            case Failure() as failure:
                return self._failed(failure)
            case _:
                return ()

    def end(self) -> Iterable[Event]:
        """The bytes are over."""
        if self._ended:
            return ()
        return self.done() if self._finish else self._failed(cut_off(self._card))

    def done(self) -> list[Event]:
        """The answer is over: the ending, and what was held back for it."""
        if self._ended:
            return []
        held = self._calls.end(whole=not is_a_limit(self._finish))
        failure = broke_off(self._card, self._finish, self._why)
        if failure is None and not self._said and not thought_unseen(self._finish, self._usage):
            failure = without_words(self._card, self._finish, self._why, self._unshown)
        self._ended = True
        return [*held, Failed(failure, self._finish) if failure else Done(self._finish)]

    def response(self, response: dict[str, object]) -> list[Event]:
        """The events of one GenerateContentResponse, streamed or whole."""
        if self._ended:
            return []
        events: list[Event] = []
        if not self._model and (model := text_in(response.get("modelVersion"))):
            self._model = model
            events.append(ModelReported(model))
        candidates = response.get("candidates")
        if type(candidates) is list:
            for candidate in candidates:
                self._candidate(candidate, events)
        elif "candidates" in response:
            events.append(misread("candidates", candidates))
        report = response.get("usageMetadata")
        if report is not None and (usage := usage_from(report)) and usage != self._usage:
            self._usage = usage
            events.append(UsageReported(usage))
        if error := response.get("error"):
            reported = {"error": error}
            return events + self._failed(failure_in_stream(reported, self._card, json_text(reported)))
        if candidates is None and is_bare_error(response):
            return events + self._failed(failure_in_stream(response, self._card, json_text(response)))
        feedback = response.get("promptFeedback")
        if feedback is None or candidates or not isinstance(feedback, dict):
            return events
        refused = question_refused(self._card, feedback)
        return events + self._failed(refused) if refused else events

    def _candidate(self, candidate: object, events: list[Event]) -> None:
        if not isinstance(candidate, dict):
            events.append(misread("candidates[]", candidate))
            return
        index = candidate.get("index")
        if type(index) is int and index > 0:
            return
        content = candidate.get("content")
        if type(content) is dict:
            parts = content.get("parts")
            if type(parts) is list:
                for part in parts:
                    self._part(part, events)
            elif "parts" in content:
                events.append(misread("candidates[].content.parts", parts))
        elif "content" in candidate:
            events.append(misread("candidates[].content", content))
        finish = candidate.get("finishReason")
        if finish and (type(finish) is str or type(finish) is int):
            # Vertex may write its enumerations as numbers.
            self._finish = str(finish)
            self._why = text_in(candidate.get("finishMessage"))

    def _part(self, part: object, events: list[Event]) -> None:
        if not isinstance(part, dict):
            events.append(misread("candidates[].content.parts[]", part))
            return
        signature = text_in(part.get("thoughtSignature"))
        text = part.get("text")
        call = part.get("functionCall")
        if type(text) is str:
            self._text(text, bool(part.get("thought")), signature, events)
        elif text is not None:
            events.append(misread("candidates[].content.parts[].text", text))
        if call is not None:
            self._said = True
            events += self._calls.feed(call, signature or None)
        elif text is None:
            self._other(part, signature, events)

    def _text(self, text: str, thought: bool, signature: str, events: list[Event]) -> None:
        if text:
            self._said = True
        if thought:
            if text or signature:
                events.append(ReasoningDelta(text, for_thought(signature) if signature else None))
            return
        if text:
            events.append(TextDelta(text))
        if signature:
            events.append(ReasoningDelta("", for_text(signature, len(text))))

    def _other(self, part: dict[str, object], signature: str, events: list[Event]) -> None:
        """A part that has neither words nor a call."""
        if any(part.get(kind) is not None for kind in _SILENT):
            return
        kind = next((kind for kind in _UNSHOWN if part.get(kind) is not None), "")
        if kind:
            self._unshown = self._unshown or _described(kind, part[kind])
            events.append(Unread(f"{kind} is not shown"))
        elif signature:
            events.append(ReasoningDelta("", for_text(signature, 0)))
        else:
            events.append(Unread("a part holds nothing that is known"))

    def _failed(self, failure: Failure) -> list[Event]:
        self._ended = True
        return [*self._calls.end(whole=False), Failed(failure, self._finish)]


def usage_from(report: object) -> Usage | None:
    """A `usageMetadata` object as a Usage; None if it counts nothing."""
    if not isinstance(report, dict):
        return None
    usage = Usage(
        count_in(report.get("promptTokenCount")),
        count_in(report.get("candidatesTokenCount")),
        count_in(report.get("thoughtsTokenCount")),
        count_in(report.get("cachedContentTokenCount")),
        count_in(report.get("totalTokenCount")),
        reasoning_apart=True,
    )
    return None if usage == _NOTHING_COUNTED else usage


_NOTHING_COUNTED = Usage(reasoning_apart=True)


def _resource(model: str) -> str:
    """Where a model is, below the base URL: its name may be a path, but leads nowhere else."""
    name = model if model.startswith(_COLLECTIONS) else f"models/{model}"
    if any(step in ("", ".", "..") for step in name.split("/")):
        return f"models/{quote(model, safe='')}"
    return quote(name, safe="/")


def _is_response(payload: object) -> bool:
    return isinstance(payload, Mapping) and any(
        isinstance(payload.get(field), kind)
        for field, kind in (("candidates", list), ("promptFeedback", dict))
    )


def _described(kind: str, value: object) -> str:
    """The kind of a part for a person: `inlineData (image/png)`."""
    media_type = text_in(value.get("mimeType")) if isinstance(value, dict) else ""
    return f"{kind} ({media_type})" if media_type else kind


DIALECT = Gemini()
