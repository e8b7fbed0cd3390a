"""Thinking that is written into a text as `<think>…</think>`, split off across any chunk border."""

from llmtui.chat.events import ReasoningDelta, TextDelta

# What opens a thought, and what alone closes it. Google writes the second where it speaks OpenAI's dialect.
_TAGS = {"<think>": "</think>", "<thought>": "</thought>"}


class InlineThinking:
    """One answer's text being split: thinking is only looked for at its very start."""

    def __init__(self) -> None:
        self._held = ""
        self._at = "start"
        self._close = ""

    def feed(self, text: str) -> list[TextDelta | ReasoningDelta]:
        """The deltas in the next piece of text; what may still become a tag is held back."""
        if self._at == "text":
            return [TextDelta(text)] if text else []
        text, self._held = self._held + text, ""
        match self._at:
            case "start":
                return self._start(text)
            case "thinking":
                return self._thinking(text)
            case _:
                return self._after(text)

    def end(self) -> list[TextDelta | ReasoningDelta]:
        """The text is over: what was held back was no tag."""
        held, self._held = self._held, ""
        if not held or self._at == "after":
            return []
        return [ReasoningDelta(held) if self._at == "thinking" else TextDelta(held)]

    def _start(self, text: str) -> list[TextDelta | ReasoningDelta]:
        words = text.lstrip()
        for opening, closing in _TAGS.items():
            if words.startswith(opening):
                self._at, self._close = "thinking", closing
                return self._thinking(words[len(opening) :])
            if opening.startswith(words):
                self._held = text
                return []
        self._at = "text"
        return [TextDelta(text)]

    def _thinking(self, text: str) -> list[TextDelta | ReasoningDelta]:
        thought, closed, rest = text.partition(self._close)
        if closed:
            self._at = "after"
            found: list[TextDelta | ReasoningDelta] = [ReasoningDelta(thought)] if thought else []
            return found + self._after(rest)
        # The longest end of the text that may be the beginning of the closing tag.
        for length in range(min(len(self._close) - 1, len(text)), 0, -1):
            if text.endswith(self._close[:length]):
                self._held, text = text[-length:], text[:-length]
                break
        return [ReasoningDelta(text)] if text else []

    def _after(self, text: str) -> list[TextDelta | ReasoningDelta]:
        words = text.lstrip()
        if not words:
            return []
        self._at = "text"
        return [TextDelta(words)]
