"""The blocks of one of Anthropic's messages: begun, filled piece by piece, and closed, each by its number."""

import json
from dataclasses import dataclass, field

from llmtui.chat.events import Event, ReasoningDelta, TextDelta, ToolCallDelta, Unread
from llmtui.providers.anthropic_turns import REDACTED
from llmtui.providers.inline_thinking import InlineThinking
from llmtui.providers.misread import misread
from llmtui.providers.payload import text_in


@dataclass(slots=True)
class _Block:
    """One block; `call` is the number of its tool call, if it is one that we are to make."""

    kind: str = ""
    call: int | None = None
    input: object = None
    filled: bool = False
    signature: list[str] = field(default_factory=list)


class Blocks:
    """What the blocks of one message say.

    A block of a kind that nobody knows is passed over, and so are the calls of tools that run at the
    provider, and their results. A signature is told when its thought is closed, and so are the arguments of
    a call that has none, for which no pieces come.
    """

    def __init__(self, inline_thinking: bool) -> None:
        self.said = False
        self._thinking = InlineThinking() if inline_thinking else None
        self._open: dict[int, _Block] = {}
        self._last: _Block | None = None
        self._calls = 0

    def start(self, payload: dict[str, object]) -> list[Event]:
        """A block begins, often with nothing in it yet."""
        described = payload.get("content_block")
        events: list[Event] = []
        block = self._last = _Block()
        index = payload.get("index")
        if type(index) is int:
            self._open[index] = block
        else:
            events.append(misread("content_block_start.index", index))
        if not isinstance(described, dict):
            events.append(misread("content_block", described))
            return events
        kind = described.get("type")
        if type(kind) is not str:
            events.append(misread("content_block.type", kind))
        block.kind = text_in(kind)
        match block.kind:
            case "text":
                self._text(described.get("text") or "", events)
            case "thinking":
                self._thought(described.get("thinking") or "", events)
                block.signature.append(text_in(described.get("signature")))
            case "redacted_thinking":
                if data := text_in(described.get("data")):
                    events.append(ReasoningDelta("", REDACTED + data))
            case "tool_use":
                self._call(block, described, events)
            case "server_tool_use" | "mcp_tool_use":
                self.said = True
        return events

    def piece(self, payload: dict[str, object]) -> list[Event]:
        """More of a block."""
        delta = payload.get("delta")
        if type(delta) is not dict:
            return [misread("content_block_delta.delta", delta)]
        events: list[Event] = []
        kind = delta.get("type")
        if kind == "text_delta":
            self._text(delta.get("text"), events)
        elif kind == "thinking_delta":
            self._thought(delta.get("thinking"), events)
        elif kind == "input_json_delta":
            self._arguments(payload.get("index"), delta.get("partial_json"), events)
        elif kind == "signature_delta":
            block = self._at(payload.get("index"))
            if block is not None:
                block.signature.append(text_in(delta.get("signature")))
        elif type(kind) is not str or {"text", "thinking", "partial_json"} & delta.keys():
            events.append(misread("content_block_delta.delta.type", kind))
        return events

    def stop(self, payload: dict[str, object]) -> list[Event]:
        """A block is closed."""
        index = payload.get("index")
        block = self._open.pop(index, None) if type(index) is int else self._last
        return self._closed(block) if block is not None else []

    def end(self) -> list[Event]:
        """The message is over: so is every block that was not closed."""
        events = self.held()
        for block in self._open.values():
            events += self._closed(block)
        self._open.clear()
        return events

    def held(self) -> list[Event]:
        """What the splitting of inline thinking holds back."""
        held: list[Event] = list(self._thinking.end()) if self._thinking else []
        self.said = self.said or bool(held)
        return held

    def _at(self, index: object) -> _Block | None:
        return self._open.get(index) if type(index) is int else self._last

    def _closed(self, block: _Block) -> list[Event]:
        events: list[Event] = []
        if block.kind == "text":
            events += self.held()
        if signature := "".join(block.signature):
            events.append(ReasoningDelta("", signature))
        block.signature.clear()
        if block.call is not None and not block.filled:
            block.filled = True
            arguments = json.dumps(block.input, ensure_ascii=False) if block.input else "{}"
            events.append(ToolCallDelta(block.call, arguments=arguments))
        return events

    def _text(self, text: object, events: list[Event]) -> None:
        if type(text) is not str:
            events.append(misread("text", text))
        elif not text:
            pass
        elif self._thinking is None:
            self.said = True
            events.append(TextDelta(text))
        elif found := self._thinking.feed(text):
            self.said = True
            events += found

    def _thought(self, text: object, events: list[Event]) -> None:
        if type(text) is not str:
            events.append(misread("thinking", text))
        elif text:
            self.said = True
            events.append(ReasoningDelta(text))

    def _call(self, block: _Block, described: dict[str, object], events: list[Event]) -> None:
        self.said = True
        block.call = self._calls
        block.input = described.get("input")
        self._calls += 1
        identity, name = described.get("id"), described.get("name")
        events.append(ToolCallDelta(block.call, text_in(identity), text_in(name)))
        events += [
            misread(f"tool_use.{place}", value)
            for place, value in (("id", identity), ("name", name))
            if type(value) is not str
        ]

    def _arguments(self, index: object, text: object, events: list[Event]) -> None:
        block = self._at(index)
        if type(text) is not str:
            events.append(misread("partial_json", text))
        elif block is None:
            events.append(Unread("partial_json is for no block that has begun"))
        elif block.call is not None:
            if text:
                block.filled = True
                events.append(ToolCallDelta(block.call, arguments=text))
        elif not block.kind.endswith("tool_use"):
            events.append(Unread(f"partial_json is for a block of the kind {block.kind!r}"))
