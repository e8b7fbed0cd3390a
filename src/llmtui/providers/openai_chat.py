"""The dialect that most of the world speaks: OpenAI's chat completions."""

from collections.abc import Iterable, Mapping

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
from llmtui.providers.bare_errors import is_bare_error
from llmtui.providers.card import Card
from llmtui.providers.dialect import Call, Frame
from llmtui.providers.endings import cut_off, nothing_said, thought_unseen
from llmtui.providers.failures import failure_in_stream
from llmtui.providers.inline_thinking import InlineThinking
from llmtui.providers.misread import is_misread, misread
from llmtui.providers.openai_requests import body_of
from llmtui.providers.openai_usage import usage_from
from llmtui.providers.opening import EndMark, opened, whole_object
from llmtui.providers.payload import json_text, text_in
from llmtui.providers.reasoning_details import ReasoningDetails, texts_in
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
        payload = whole_object(card, body, _has_choices)
        if isinstance(payload, Failure):
            return (Failed(payload),)
        decoder = self.decoder(card)
        # A body that is there to its last brace is whole, whether or not it gives a reason for ending.
        return (*decoder.chunk(payload), *decoder.done())


class OpenAIChatDecoder:
    """One stream being read.

    The reason for ending is held back until the stream is over, because usage may follow it; after an
    ending nothing more is said.
    """

    def __init__(self, card: Card) -> None:
        self._card = card
        self._thinking = InlineThinking() if card.inline_thinking else None
        self._details = ReasoningDetails() if card.replay == "reasoning_details" else None
        self._calls = ToolCalls()
        self._model = ""
        self._usage: Usage | None = None
        self._finish = ""
        self._said = False
        self._ended = False

    def feed(self, frame: Frame) -> Iterable[Event]:
        """The events of one server-sent event."""
        if self._ended:
            return ()
        found = opened(frame, self._card)
        if type(found) is dict:
            return self.chunk(found)
        match found:
            case list(chunks):
                return [event for chunk in chunks if isinstance(chunk, dict) for event in self.chunk(chunk)]
            case EndMark():
                return self.done()
            case Failure() as failure:
                return self._failed(failure)
            case _:
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
        if not self._said and not thought_unseen(self._finish, self._usage):
            return events + self._failed(nothing_said(self._card, self._finish))
        self._ended = True
        if self._details is not None and (signature := self._details.sealed()):
            events.append(ReasoningDelta("", signature))
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
                if not isinstance(choice, dict):
                    if is_misread(choice) or choice:
                        events.append(misread("choices[]", choice))
                elif not choice.get("index") or not _is_another(choice["index"]):
                    self._choice(choice, events)
                    error = error or choice.get("error")
                    usage = usage or choice.get("usage")
        elif choices or is_misread(choices):
            events.append(misread("choices", choices))
        groq = chunk.get("x_groq")
        if isinstance(groq, dict):
            usage = usage or groq.get("usage")
            error = error or groq.get("error")
        if usage is not None and (report := usage_from(usage)) and report != self._usage:
            self._usage = report
            events.append(UsageReported(report))
        if (
            error
            or chunk.get("object") == "error"
            or chunk.get("type") == "error"
            or (choices is None and is_bare_error(chunk))
        ):
            reported = {"error": error} if error else chunk
            detail = json_text(reported)
            events += self._failed(failure_in_stream(reported, self._card, detail))
        return events

    def _choice(self, choice: dict[str, object], events: list[Event]) -> None:
        delta = choice.get("delta")
        if delta is None and not self._said:
            # A whole answer has a message; Perplexity repeats all that was said in one, beside each delta.
            delta = choice.get("message")
        if isinstance(delta, dict):
            self._delta(delta, events)
        elif delta or is_misread(delta):
            events.append(misread("choices[].delta", delta))
        finish = choice.get("finish_reason")
        if finish and isinstance(finish, str):
            self._finish = finish

    def _delta(self, delta: dict[str, object], events: list[Event]) -> None:
        # Two fields often carry the same thought: the first that says something is the one.
        thought = delta.get("reasoning_content")
        if thought is None or thought == "":
            thought = delta.get("reasoning")
        details = delta.get("reasoning_details")
        if (thought is not None and thought != "") or details is not None:
            self._reasoning(thought, details, events)
        content = delta.get("content")
        if type(content) is str:
            if content:
                self._text(content, events)
        elif isinstance(content, list):
            for part in content:
                self._part(part, events)
        elif content or is_misread(content):
            before = len(events)
            self._part(content, events)
            if content and len(events) == before:
                events.append(misread("choices[].delta.content", content))
        refusal = delta.get("refusal")
        if refusal is not None and refusal != "":
            self._refusal(refusal, events)
        calls = delta.get("tool_calls")
        if isinstance(calls, list):
            for piece in calls:
                self._call(piece, events)
        elif calls or is_misread(calls):
            events.append(misread("choices[].delta.tool_calls", calls))
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
        text = thought if isinstance(thought, str) else "".join(texts_in(thought))
        if not text and is_misread(thought):
            events.append(misread("choices[].delta.reasoning_content", thought))
        if isinstance(details, list):
            text = text or "".join(self._described(detail, events) for detail in details)
            if self._details is not None:
                self._details.feed(details)
        elif not text and (details or is_misread(details)):
            events.append(misread("choices[].delta.reasoning_details", details))
        if text:
            self._said = True
            events.append(ReasoningDelta(text))

    def _described(self, detail: object, events: list[Event]) -> str:
        """The words of one element of OpenRouter's `reasoning_details`."""
        words = detail
        if isinstance(detail, dict):
            words = detail.get("summary") if detail.get("text") in (None, "") else detail["text"]
        if is_misread(words):
            events.append(misread("choices[].delta.reasoning_details[]", words))
        return text_in(words)

    def _part(self, part: object, events: list[Event]) -> None:
        """One element of a content list, as Mistral sends it."""
        if isinstance(part, str) and part:
            self._text(part, events)
        elif isinstance(part, dict):
            thought, words = part.get("thinking"), part.get("text")
            if thought is not None or part.get("type") in ("thinking", "reasoning"):
                self._reasoning(words if thought is None else thought, None, events)
            elif words and isinstance(words, str):
                self._text(words, events)
            elif words or is_misread(words):
                events.append(misread("choices[].delta.content[].text", words))
            elif refusal := part.get("refusal"):
                self._refusal(refusal, events)
        elif is_misread(part):
            events.append(misread("choices[].delta.content", part))

    def _refusal(self, words: object, events: list[Event]) -> None:
        if isinstance(words, str):
            self._said = True
            events.append(RefusalDelta(words))
        elif is_misread(words):
            events.append(misread("choices[].delta.refusal", words))

    def _call(self, piece: object, events: list[Event]) -> None:
        if found := self._calls.feed(piece):
            self._said = True
            events += found

    def _held(self) -> list[Event]:
        """What the splitting of inline thinking holds back."""
        held: list[Event] = list(self._thinking.end()) if self._thinking else []
        self._said = self._said or bool(held)
        return held

    def _failed(self, failure: Failure) -> list[Event]:
        held = self._held()
        self._ended = True
        return [*held, Failed(failure, self._finish)]


def _is_another(index: object) -> bool:
    """Whether this numbers an answer beside the first one: we never ask for any."""
    return isinstance(index, int) and not isinstance(index, bool) and index > 0


def _has_choices(payload: Mapping[str, object]) -> bool:
    return isinstance(payload.get("choices"), list)


DIALECT = OpenAIChat()
