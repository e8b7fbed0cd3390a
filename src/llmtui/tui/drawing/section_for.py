"""Which section shows a part of a message: the one that is there already, if it can go on showing it."""

from typing import assert_never

from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import File, Image, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.tui.drawing.body import Body
from llmtui.tui.drawing.declined import Declined
from llmtui.tui.drawing.raw import Raw
from llmtui.tui.drawing.sections import Chip, Section, Typed
from llmtui.tui.drawing.thought import Folding, Thought
from llmtui.tui.drawing.tool import Tool


def read(sections: list[Section], message: Message, folding: Folding, raw: bool) -> None:
    """Bring the sections up to the message's parts, keeping those that only grew."""
    last = len(message.parts) - 1
    tokens = _reported(message.answer)
    for place, part in enumerate(message.parts):
        known = sections[place] if place < len(sections) else None
        if isinstance(known, Tool | Raw) and known.part is part and not known.growing and place < last:
            # Most of hundreds are as they were.
            continue
        section = _raw(known, part) if raw else _section(known, part, place, message)
        if section is not known:
            del sections[place:]
            sections.append(section)
        growing = message.streaming and place == last
        match section, part:
            case Thought(), Reasoning():
                section.think(part, growing, folding, tokens)
            case Tool(), ToolCall() | ToolResult():
                section.use(part, growing)
            case _:
                pass
    del sections[len(message.parts) :]


def apart(above: Section | None, below: Section) -> bool:
    """Whether a blank line stands between two parts."""
    match above, below:
        case None, _:
            return False
        case Chip(), Tool() | Chip():
            return False
        case Tool(), Tool() | Chip():
            return above.shown
        case Thought(), _:
            return above.shown
        case _:
            return True


def _reported(answer: Answer | None) -> int | None:
    """The tokens of the reasoning, where a provider counted them."""
    if answer is None or answer.usage is None or answer.usage.estimated or answer.continued:
        return None
    return answer.usage.reasoning


def _raw(known: Section | None, part: Part) -> Section:
    return known if isinstance(known, Raw) and known.use(part) else Raw(part)


def _section(known: Section | None, part: Part, place: int, message: Message) -> Section:
    match part:
        case Text(text) | Refusal(text) if message.role == "assistant":
            kind = Declined if isinstance(part, Refusal) else Body
            if type(known) is kind and known.update(text):
                return known
            body = kind()
            body.update(text)
            return body
        case Text(text) | Refusal(text):
            return known if isinstance(known, Typed) and known.text == text else Typed(text)
        case Reasoning():
            return known if isinstance(known, Thought) else Thought(part, place)
        case ToolCall() | ToolResult():
            return known if isinstance(known, Tool) and type(known.part) is type(part) else Tool(part, place)
        case Image() | File():
            return known if isinstance(known, Chip) and known.part == part else Chip(part)
        case _:
            assert_never(part)
