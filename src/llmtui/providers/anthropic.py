"""Anthropic's own dialect: Messages, whose answers arrive block by block."""

from collections.abc import Iterable

from llmtui.chat.events import Done, Event, Failed, ModelReported, RefusalDelta, Unread, UsageReported
from llmtui.chat.failure import Failure
from llmtui.chat.request import Request
from llmtui.providers.anthropic_blocks import Blocks
from llmtui.providers.anthropic_requests import body_of
from llmtui.providers.anthropic_usage import TokenCounts
from llmtui.providers.bare_errors import is_bare_error
from llmtui.providers.card import Card
from llmtui.providers.dialect import Call, Frame
from llmtui.providers.endings import cut_off, nothing_said, thought_unseen
from llmtui.providers.failures import failure_in_stream
from llmtui.providers.misread import misread
from llmtui.providers.opening import EndMark, contents, whole_object
from llmtui.providers.payload import text_in

_VERSION = {"anthropic-version": "2023-06-01"}

_KINDS = frozenset(
    {
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "message",
        "error",
    }
)


class Anthropic:
    """`POST {base}/messages`, answered as server-sent events or as one JSON object."""

    name = "anthropic"

    def call(self, card: Card, request: Request) -> Call:
        """The HTTP request that asks this."""
        named = {name.lower() for name in card.headers}
        version = {} if "anthropic-version" in named else _VERSION
        return Call("messages", body_of(card, request), {**version, **card.headers}, "sse")

    def decoder(self, card: Card) -> "AnthropicDecoder":
        """A decoder for one streamed response."""
        return AnthropicDecoder(card)

    def whole(self, card: Card, body: bytes) -> tuple[Event, ...]:
        """The events of a response that came in one piece."""
        payload = whole_object(card, body, lambda found: isinstance(found.get("content"), list))
        if isinstance(payload, Failure):
            return (Failed(payload),)
        return tuple(AnthropicDecoder(card).whole(payload))


class AnthropicDecoder:
    """One stream being read; after an ending nothing more is said.

    Only the message's own end mark makes it complete: a reason for ending comes just before that mark, and
    what stops between the two was cut off. Some gateways put another provider's `[DONE]` in its place.
    """

    def __init__(self, card: Card) -> None:
        self._card = card
        self._blocks = Blocks(card.inline_thinking)
        self._counts = TokenCounts()
        self._model = ""
        self._finish = ""
        self._refused = False
        self._ended = False

    def feed(self, frame: Frame) -> Iterable[Event]:
        """The events of one server-sent event."""
        if self._ended:
            return ()
        found = contents(frame, self._card)
        if type(found) is dict:
            kind = found.get("type")
            if kind == "content_block_delta" and "error" not in found:
                return self._blocks.piece(found)
            return self._event(kind, found, frame)
        match found:
            case EndMark():
                return self._done() if self._finish else ()
            case Failure() as failure:
                return self._failed(failure)
            case _:
                return ()

    def end(self) -> Iterable[Event]:
        """The bytes are over."""
        if self._ended:
            return ()
        return self._failed(cut_off(self._card))

    def whole(self, message: dict[str, object]) -> list[Event]:
        """The events of a whole message, to its ending."""
        events: list[Event] = []
        self._begin(message, events)
        content = message.get("content")
        for index, block in enumerate(content if isinstance(content, list) else []):
            events += self._blocks.start({"index": index, "content_block": block})
            events += self._blocks.stop({"index": index})
        self._close(message, events)
        # A body that is there to its last brace is whole, whether or not it gives a reason for ending.
        return events + self._done()

    def _event(self, kind: object, payload: dict[str, object], frame: Frame) -> list[Event]:
        if payload.get("error") or kind == "error" or frame.event == "error":
            return self._failed(failure_in_stream(payload, self._card, frame.data))
        if type(kind) is not str:
            # What it is must be in the JSON; the name of the event is asked only where it is not.
            kind = frame.event
            if kind not in _KINDS:
                if is_bare_error(payload):
                    return self._failed(failure_in_stream(payload, self._card, frame.data))
                lost = {"message", "content_block", "delta", "index"} & payload.keys()
                return [Unread(f"an event with {min(lost)} has no type")] if lost else []
        events: list[Event] = []
        match kind:
            case "content_block_delta":
                return self._blocks.piece(payload)
            case "content_block_start":
                return self._blocks.start(payload)
            case "content_block_stop":
                return self._blocks.stop(payload)
            case "message_start":
                message = payload.get("message")
                if isinstance(message, dict):
                    self._begin(message, events)
            case "message_delta":
                delta = payload.get("delta")
                if isinstance(delta, dict):
                    self._close(delta, events)
                elif delta is not None:
                    events.append(misread("message_delta.delta", delta))
                self._count(payload.get("usage"), events)
            case "message_stop":
                return self._done()
            case "message":
                # It was asked to stream, and answered in one piece.
                return self.whole(payload)
            case _ if kind not in _KINDS and is_bare_error(payload):
                return self._failed(failure_in_stream(payload, self._card, frame.data))
        return events

    def _begin(self, message: dict[str, object], events: list[Event]) -> None:
        model = text_in(message.get("model"))
        if model and not self._model:
            self._model = model
            events.append(ModelReported(model, text_in(message.get("provider"))))
        self._count(message.get("usage"), events)

    def _count(self, report: object, events: list[Event]) -> None:
        if usage := self._counts.add(report):
            events.append(UsageReported(usage))

    def _close(self, ending: dict[str, object], events: list[Event]) -> None:
        """Why it ends, and in a refusal what the provider says of it."""
        self._finish = text_in(ending.get("stop_reason")) or self._finish
        details = ending.get("stop_details")
        if details is None:
            return
        if not isinstance(details, dict):
            events.append(misread("stop_details", details))
            return
        if type(kind := details.get("type")) is str and kind != "refusal":
            return
        words = details.get("explanation")
        if words is None:
            words = details.get("category")
        if words is not None and type(words) is not str:
            events.append(misread("stop_details.explanation", words))
        elif words:
            self._refused = True
            events.append(RefusalDelta(str(words)))

    def _done(self) -> list[Event]:
        """The end mark has been read."""
        events = self._blocks.end()
        unseen = thought_unseen(self._finish, self._counts.usage)
        if not self._blocks.said and not self._refused and not unseen:
            return events + self._failed(nothing_said(self._card, self._finish))
        self._ended = True
        return [*events, Done(self._finish)]

    def _failed(self, failure: Failure) -> list[Event]:
        self._ended = True
        return [*self._blocks.held(), Failed(failure, self._finish)]


DIALECT = Anthropic()
