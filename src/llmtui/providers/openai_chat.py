"""The dialect that most of the world speaks: OpenAI's chat completions."""

from collections.abc import Iterable

from pydantic_core import to_json

from llmtui.chat.events import (
    Done,
    Event,
    Failed,
    ModelReported,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    Usage,
    UsageReported,
)
from llmtui.chat.failure import Failure
from llmtui.chat.request import Request
from llmtui.providers.card import Card
from llmtui.providers.dialect import Call, Frame
from llmtui.providers.endings import cut_off, not_json, nothing_said, unreadable
from llmtui.providers.failures import failure_from, failure_in_stream
from llmtui.providers.inline_thinking import InlineThinking
from llmtui.providers.openai_requests import body_of
from llmtui.providers.openai_usage import usage_from
from llmtui.providers.payload import parse, text_in
from llmtui.providers.tool_calls import ToolCalls


class OpenAIChat:
    """`POST {base}/chat/completions`, answered as server-sent events or as one JSON object."""

    name = "openai-chat"

    def call(self, card: Card, request: Request) -> Call:
        """The HTTP request that asks this."""
        return Call("chat/completions", body_of(card, request), card.headers, "sse")

    def decoder(self, card: Card) -> "OpenAIChatDecoder":
        """A decoder for one streamed response."""
        return OpenAIChatDecoder(card)

    def whole(self, card: Card, body: bytes) -> tuple[Event, ...]:
        """The events of a response that came in one piece."""
        try:
            payload = parse(body)
        except ValueError:
            return (Failed(not_json(card, body)),)
        decoder = OpenAIChatDecoder(card)
        if not isinstance(payload, dict) or not isinstance(payload.get("choices"), list):
            return (Failed(failure_from(200, "", body, card)),)
        events = list(decoder.chunk(payload))
        # A body that is there to its last brace is whole, whether or not it gives a reason for ending.
        return (*events, *decoder.done())


class OpenAIChatDecoder:
    """One stream being read.

    The reason for ending is held back until the stream is over, because usage may follow it; after an
    ending nothing more is said.
    """

    def __init__(self, card: Card) -> None:
        self._card = card
        self._thinking = InlineThinking() if card.inline_thinking else None
        self._calls = ToolCalls()
        self._model = ""
        self._usage: Usage | None = None
        self._finish = ""
        self._said = False
        self._ended = False

    def feed(self, frame: Frame) -> Iterable[Event]:
        """The events of one server-sent event."""
        data = frame.data
        if self._ended or not data or data.isspace():
            return ()
        try:
            payload = parse(data)
        except ValueError:
            if data.strip() == "[DONE]":
                return self.done()
            return self._unreadable(frame)
        if type(payload) is dict:
            if frame.event == "error" and not payload.get("error"):
                return self._failed(failure_in_stream(payload, self._card, data))
            return self.chunk(payload)
        if type(payload) is list:
            return [event for item in payload if isinstance(item, dict) for event in self.chunk(item)]
        if frame.event == "error":
            return self._failed(failure_in_stream(payload, self._card, data))
        return ()

    def end(self) -> Iterable[Event]:
        """The bytes are over."""
        if self._ended:
            return ()
        if self._finish:
            return self.done()
        return self._failed(cut_off(self._card))

    def done(self) -> list[Event]:
        """The end mark has been read: the ending, and what was held back for it."""
        if self._ended:
            return []
        events = self._held()
        if self._finish == "error":
            return events + self._failed(failure_in_stream(None, self._card, finish=self._finish))
        if not self._said:
            return events + self._failed(nothing_said(self._card, self._finish))
        self._ended = True
        events.append(Done(self._finish))
        return events

    def chunk(self, chunk: dict[str, object]) -> list[Event]:
        """The events of one JSON object, streamed or whole."""
        if self._ended:
            return []
        events: list[Event] = []
        if not self._model and (model := chunk.get("model")) and isinstance(model, str):
            self._model = model
            events.append(ModelReported(model, text_in(chunk.get("provider"))))
        error = chunk.get("error")
        usage = chunk.get("usage")
        choices = chunk.get("choices")
        if isinstance(choices, list):
            for choice in choices:
                if isinstance(choice, dict) and not choice.get("index"):
                    self._choice(choice, events)
                    error = error or choice.get("error")
                    usage = usage or choice.get("usage")
        groq = chunk.get("x_groq")
        if isinstance(groq, dict):
            usage = usage or groq.get("usage")
            error = error or groq.get("error")
        if usage is not None and (report := usage_from(usage)) and report != self._usage:
            self._usage = report
            events.append(UsageReported(report))
        if error or chunk.get("object") == "error" or chunk.get("type") == "error":
            reported = {"error": error} if error else chunk
            detail = to_json(reported).decode()
            events += self._failed(failure_in_stream(reported, self._card, detail))
        return events

    def _choice(self, choice: dict[str, object], events: list[Event]) -> None:
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            delta = choice.get("message")
        if isinstance(delta, dict):
            self._delta(delta, events)
        finish = choice.get("finish_reason")
        if finish and isinstance(finish, str):
            self._finish = finish

    def _delta(self, delta: dict[str, object], events: list[Event]) -> None:
        # Two fields often carry the same thought: the first that says something is the one.
        thought = delta.get("reasoning_content") or delta.get("reasoning")
        details = delta.get("reasoning_details")
        if thought or details:
            self._reasoning(thought, details, events)
        content = delta.get("content")
        if type(content) is str:
            if content:
                self._text(content, events)
        elif content:
            for part in content if isinstance(content, list) else (content,):
                self._part(part, events)
        if refusal := text_in(delta.get("refusal")):
            self._said = True
            events.append(RefusalDelta(refusal))
        calls = delta.get("tool_calls")
        if isinstance(calls, list):
            for piece in calls:
                self._call(piece, events)
        elif function := delta.get("function_call"):
            self._call({"index": 0, "function": function}, events)

    def _text(self, text: str, events: list[Event]) -> None:
        if self._thinking is None:
            self._said = True
            events.append(TextDelta(text))
            return
        found = self._thinking.feed(text)
        if found:
            self._said = True
            events += found

    def _reasoning(self, thought: object, details: object, events: list[Event]) -> None:
        text = thought if isinstance(thought, str) else "".join(_texts(thought))
        signature = None
        if isinstance(details, list):
            described = [detail for detail in details if isinstance(detail, dict)]
            text = text or "".join(
                text_in(detail.get("text")) or text_in(detail.get("summary")) for detail in described
            )
            signature = next((sign for d in described if (sign := text_in(d.get("signature")))), None)
        if text or signature:
            self._said = self._said or bool(text)
            events.append(ReasoningDelta(text, signature))

    def _part(self, part: object, events: list[Event]) -> None:
        """One element of a content list, as Mistral sends it."""
        if isinstance(part, str):
            self._text(part, events)
        elif isinstance(part, dict):
            if (thought := part.get("thinking")) or part.get("type") in ("thinking", "reasoning"):
                self._reasoning(thought or part.get("text"), None, events)
            elif text := text_in(part.get("text")):
                self._text(text, events)
            elif refusal := text_in(part.get("refusal")):
                self._said = True
                events.append(RefusalDelta(refusal))

    def _call(self, piece: object, events: list[Event]) -> None:
        if delta := self._calls.feed(piece):
            self._said = True
            events.append(delta)

    def _held(self) -> list[Event]:
        """What the splitting of inline thinking holds back."""
        held: list[Event] = list(self._thinking.end()) if self._thinking else []
        self._said = self._said or bool(held)
        return held

    def _failed(self, failure: Failure) -> list[Event]:
        held = self._held()
        self._ended = True
        return [*held, Failed(failure, self._finish)]

    def _unreadable(self, frame: Frame) -> list[Event]:
        """Neither JSON nor the end mark: a proxy's broken error message, or no model at all."""
        data = frame.data
        if frame.event == "error" or '"error"' in data:
            return self._failed(failure_in_stream(data, self._card, data))
        return self._failed(unreadable(self._card, data))


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, list):
        for item in value:
            if isinstance(item, str):
                yield item
            elif isinstance(item, dict):
                yield text_in(item.get("text"))
    elif isinstance(value, dict):
        yield text_in(value.get("text")) or text_in(value.get("content"))


DIALECT = OpenAIChat()
