"""OpenAI's newer dialect, responses: a list of items; thoughts, words and calls have their places in it."""

from collections.abc import Iterable

from llmtui.chat.events import Done, Event, Failed, ModelReported, UsageReported
from llmtui.chat.failure import Failure
from llmtui.chat.request import Request
from llmtui.providers.bare_errors import is_bare_error
from llmtui.providers.card import Card
from llmtui.providers.dialect import Call, Frame
from llmtui.providers.endings import cut_off, nothing_said
from llmtui.providers.failures import failure_in_stream
from llmtui.providers.misread import is_misread, misread
from llmtui.providers.openai_usage import usage_of_responses
from llmtui.providers.opening import EndMark, contents, whole_object
from llmtui.providers.payload import json_text, text_in
from llmtui.providers.responses_items import Items, Kind
from llmtui.providers.responses_requests import body_of

_DELTAS: dict[str, Kind] = {
    "response.output_text.delta": "text",
    "response.refusal.delta": "refusal",
    "response.reasoning_summary_text.delta": "summary",
    "response.reasoning_text.delta": "thought",
    "response.function_call_arguments.delta": "arguments",
}
# Each says again what its deltas said, whole, in this field.
_WHOLES: dict[str, tuple[Kind, str]] = {
    "response.output_text.done": ("text", "text"),
    "response.refusal.done": ("refusal", "refusal"),
    "response.reasoning_summary_text.done": ("summary", "text"),
    "response.reasoning_text.done": ("thought", "text"),
    "response.function_call_arguments.done": ("arguments", "arguments"),
}
_ENDS = {
    "response.completed": "completed",
    "response.done": "completed",
    "response.incomplete": "incomplete",
    "response.failed": "failed",
    "response.cancelled": "cancelled",
}


class OpenAIResponses:
    """`POST {base}/responses`, answered as server-sent events or as one JSON object."""

    name = "openai-responses"

    def call(self, card: Card, request: Request) -> Call:
        """The HTTP request that asks this."""
        return Call("responses", body_of(card, request), card.headers, "sse")

    def decoder(self, card: Card) -> "OpenAIResponsesDecoder":
        """A decoder for one streamed response."""
        return OpenAIResponsesDecoder(card)

    def whole(self, card: Card, body: bytes) -> tuple[Event, ...]:
        """The events of a response that came in one piece."""
        payload = whole_object(card, body, lambda found: isinstance(found.get("output"), list))
        if isinstance(payload, Failure):
            return (Failed(payload),)
        return tuple(OpenAIResponsesDecoder(card).over(payload, text_in(payload.get("status"))))


class OpenAIResponsesDecoder:
    """One stream being read: what kind an event is stands in its JSON, as some send no names beside it.

    OpenAI tells an error twice, and only the second time that it ends the response: the first is held
    back for that. After an ending nothing more is said.
    """

    def __init__(self, card: Card) -> None:
        self._card = card
        self._items = Items()
        self._model = ""
        self._error: Failure | None = None
        self._ended = False

    def feed(self, frame: Frame) -> Iterable[Event]:
        """The events of one server-sent event."""
        if self._ended:
            return ()
        found = contents(frame, self._card)
        if type(found) is dict:
            return self._event(found, frame)
        match found:
            case EndMark():
                return self._ending("")
            case Failure() as failure:
                return self._failed(failure)
            case _:
                return ()

    def end(self) -> Iterable[Event]:
        """The bytes are over."""
        if self._ended:
            return ()
        return self._failed(self._error or cut_off(self._card))

    def over(self, response: object, status: str) -> list[Event]:
        """The whole response, with which a stream ends: what was not said before, the usage, the ending."""
        if not isinstance(response, dict):
            return [misread("response", response), *self._ending(status)]
        events: list[Event] = []
        self._report_model(response, events)
        events += self._items.whole(response.get("output"))
        if usage := usage_of_responses(response.get("usage")):
            events.append(UsageReported(usage))
        if error := response.get("error"):
            detail = json_text(error)
            return events + self._failed(failure_in_stream({"error": error}, self._card, detail), status)
        return events + self._ending(status, _reason(response))

    def _event(self, event: dict[str, object], frame: Frame) -> Iterable[Event]:
        """The events of one JSON object; what comes after an error that is held back is passed over."""
        kind = event.get("type")
        if type(kind) is not str:
            if event.get("error") or not frame.event.startswith("response."):
                return self._untyped(event, frame)
            # What it is must be in the JSON; the name of the event is asked only where it is not.
            kind = frame.event
        if (ending := _ENDS.get(kind)) is not None:
            return self.over(event.get("response"), ending)
        if kind == "error" or frame.event == "error" or event.get("error"):
            self._error = self._error or failure_in_stream(event, self._card, frame.data)
            return ()
        if self._error is not None:
            return ()
        if (words := _DELTAS.get(kind)) is not None:
            return self._items.delta(words, event)
        if (whole := _WHOLES.get(kind)) is not None:
            return self._items.said(whole[0], event, event.get(whole[1]))
        match kind:
            case "response.output_item.added":
                return self._items.begun(event)
            case "response.output_item.done":
                return self._items.finished(event)
            case "response.created" | "response.in_progress":
                events: list[Event] = []
                self._report_model(event.get("response"), events)
                return events
            case _ if is_bare_error(event):
                return self._failed(failure_in_stream(event, self._card, frame.data))
            case _:
                return ()

    def _untyped(self, event: dict[str, object], frame: Frame) -> list[Event]:
        """An object that does not say what it is: an error of a proxy, or a piece that is lost to us."""
        if event.get("error") or frame.event == "error" or is_bare_error(event):
            return self._failed(failure_in_stream(event, self._card, frame.data))
        if isinstance(event.get("output"), list):
            # It was asked to stream, and answered in one piece.
            return self.over(event, text_in(event.get("status")))
        kind = event.get("type")
        return [misread("type", kind)] if kind or is_misread(kind) else []

    def _report_model(self, response: object, events: list[Event]) -> None:
        model = text_in(response.get("model")) if isinstance(response, dict) else ""
        if model and not self._model:
            self._model = model
            events.append(ModelReported(model))

    def _ending(self, status: str, reason: str = "") -> list[Event]:
        """The end mark has been read; `reason` is why the response is incomplete, if it is."""
        finish = f"{status}:{reason}" if reason and status == "incomplete" else status
        if self._error is not None:
            return self._failed(self._error, finish)
        if status in ("failed", "cancelled"):
            return self._failed(failure_in_stream(None, self._card, finish=finish), finish)
        if status in ("in_progress", "queued"):
            return self._failed(cut_off(self._card), finish)
        if not self._items.any:
            short = "length" if reason == "max_output_tokens" else reason or status
            return self._failed(nothing_said(self._card, short), finish)
        self._ended = True
        return [Done(finish)]

    def _failed(self, failure: Failure, finish: str = "") -> list[Event]:
        self._ended = True
        return [Failed(failure, finish)]


def _reason(response: dict[str, object]) -> str:
    details = response.get("incomplete_details")
    return text_in(details.get("reason")) if isinstance(details, dict) else ""


DIALECT = OpenAIResponses()
