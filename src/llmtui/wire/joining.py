"""Words that came together, said together: nobody sees them come one by one."""

from collections.abc import Iterable

from llmtui.chat.events import Event, ReasoningDelta, TextDelta


def joined(events: Iterable[Event]) -> list[Event]:
    """The same events, words that follow each other in one; a message is the same after them."""
    found: list[Event] = []
    for event in events:
        match found[-1] if found else None, event:
            case TextDelta(before), TextDelta(text):
                found[-1] = TextDelta(before + text)
            case ReasoningDelta(before, None), ReasoningDelta(text, signature):
                found[-1] = ReasoningDelta(before + text, signature)
            case _:
                found.append(event)
    return found
