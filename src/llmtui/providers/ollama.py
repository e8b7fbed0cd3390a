"""Ollama's own dialect: chat, and generate for a single prompt, answered by a JSON object a line."""

import json
from collections.abc import Iterable

from llmtui.chat.events import (
    Done,
    Event,
    Failed,
    ModelReported,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    Unread,
    Usage,
    UsageReported,
)
from llmtui.chat.failure import Failure
from llmtui.chat.request import Request
from llmtui.providers.bare_errors import is_bare_error
from llmtui.providers.card import Card
from llmtui.providers.dialect import Call, Frame
from llmtui.providers.endings import cut_off, nothing_said
from llmtui.providers.failures import failure_in_stream
from llmtui.providers.inline_thinking import InlineThinking
from llmtui.providers.misread import is_misread, misread
from llmtui.providers.ollama_requests import chat_body
from llmtui.providers.opening import opened, whole_object
from llmtui.providers.payload import count_in, text_in


class Ollama:
    """`POST {base}/api/chat`, answered by lines of JSON or by one object."""

    name = "ollama"

    def call(self, card: Card, request: Request) -> Call:
        """The HTTP request that asks this."""
        return Call("api/chat", chat_body(card, request), card.headers, "ndjson")

    def decoder(self, card: Card) -> "OllamaDecoder":
        """A decoder for one streamed response."""
        return OllamaDecoder(card)

    def whole(self, card: Card, body: bytes) -> tuple[Event, ...]:
        """The events of a response that came in one piece."""
        payload = whole_object(card, body, lambda found: "message" in found or "response" in found)
        if isinstance(payload, Failure):
            return (Failed(payload),)
        decoder = OllamaDecoder(card)
        # A body that is there to its last brace is whole, whether or not it says that it is done.
        return (*decoder.chunk(payload), *decoder.done())


class OllamaDecoder:
    """One stream being read, of chat or of generate; after an ending nothing more is said."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self._thinking = InlineThinking() if card.inline_thinking else None
        self._calls = 0
        self._model = ""
        self._finish = ""
        self._said = False
        self._ended = False

    def feed(self, frame: Frame) -> Iterable[Event]:
        """The events of one line."""
        if self._ended:
            return ()
        found = opened(frame, self._card)
        if type(found) is dict:
            return self.chunk(found)
        match found:
            case Failure() as failure:
                return self._failed(failure)
            case _:
                # OpenAI's end mark is none of Ollama's, and says nothing.
                return ()

    def end(self) -> Iterable[Event]:
        """The bytes are over."""
        return () if self._ended else self._failed(cut_off(self._card))

    def done(self) -> list[Event]:
        """The answer is over: the ending, and what was held back for it."""
        if self._ended:
            return []
        events = self._held()
        self._ended = True
        failure = None if self._said else nothing_said(self._card, self._finish)
        events.append(Failed(failure, self._finish) if failure else Done(self._finish))
        return events

    def chunk(self, chunk: dict[str, object]) -> list[Event]:
        """The events of one JSON object, streamed or whole."""
        if self._ended:
            return []
        events: list[Event] = []
        if not self._model and (model := text_in(chunk.get("model"))):
            self._model = model
            events.append(ModelReported(model))
        message = chunk.get("message")
        if type(message) is dict:
            self._words(message, "content", "message.", events)
            calls = message.get("tool_calls")
            if calls or is_misread(calls):
                self._tools(calls, events)
        elif message or is_misread(message):
            events.append(misread("message", message))
        if "response" in chunk or "thinking" in chunk:
            self._words(chunk, "response", "", events)
        if error := chunk.get("error"):
            detail = json.dumps({"error": error}, ensure_ascii=False)
            return events + self._failed(failure_in_stream({"error": error}, self._card, detail))
        if type(message) is not dict and "response" not in chunk and is_bare_error(chunk):
            detail = json.dumps(chunk, ensure_ascii=False)
            return events + self._failed(failure_in_stream(chunk, self._card, detail))
        if done := chunk.get("done"):
            if done is not True:
                events.append(misread("done", done))
                return events
            self._finish = text_in(chunk.get("done_reason"))
            usage = Usage(count_in(chunk.get("prompt_eval_count")), count_in(chunk.get("eval_count")))
            if usage != _NOTHING_COUNTED:
                events.append(UsageReported(usage))
            events += self.done()
        return events

    def _words(self, said: dict[str, object], field: str, where: str, events: list[Event]) -> None:
        """Thought and text; the two are never in one object, but if they were, this would be their order."""
        thought = said.get("thinking")
        if type(thought) is str:
            if thought:
                self._said = True
                events.append(ReasoningDelta(thought))
        elif is_misread(thought):
            events.append(misread(f"{where}thinking", thought))
        text = said.get(field)
        if type(text) is str:
            if text:
                self._text(text, events)
        elif is_misread(text):
            events.append(misread(f"{where}{field}", text))
        if said.get("images") or said.get("image"):
            self._said = True
            events.append(Unread(f"{where}images are not shown"))

    def _text(self, text: str, events: list[Event]) -> None:
        if self._thinking is None:
            self._said = True
            events.append(TextDelta(text))
        elif found := self._thinking.feed(text):
            self._said = True
            events += found

    def _tools(self, calls: object, events: list[Event]) -> None:
        """Calls of tools, each of them whole."""
        if not isinstance(calls, list):
            events.append(misread("message.tool_calls", calls))
            return
        for call in calls:
            function = call.get("function") if isinstance(call, dict) else None
            if not isinstance(function, dict):
                if call or is_misread(call):
                    events.append(misread("message.tool_calls[].function", function))
                continue
            name, arguments = function.get("name"), function.get("arguments")
            if not isinstance(name, str):
                events.append(misread("message.tool_calls[].function.name", name))
            if not isinstance(arguments, dict | str | None):
                events.append(misread("message.tool_calls[].function.arguments", arguments))
            self._said = True
            words = arguments if isinstance(arguments, str) else _json({} if arguments is None else arguments)
            events.append(ToolCallDelta(self._calls, text_in(call.get("id")), text_in(name), words))
            self._calls += 1

    def _held(self) -> list[Event]:
        """What the splitting of inline thinking holds back."""
        held: list[Event] = list(self._thinking.end()) if self._thinking else []
        self._said = self._said or bool(held)
        return held

    def _failed(self, failure: Failure) -> list[Event]:
        held = self._held()
        self._ended = True
        return [*held, Failed(failure, self._finish)]


_NOTHING_COUNTED = Usage()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


DIALECT = Ollama()
