"""The code in a message, as it was written: for copying it without the words around it."""

from collections.abc import Iterator
from dataclasses import dataclass

from llmtui.chat.block import Block
from llmtui.chat.blocks import Blocks
from llmtui.chat.fence import read_fence
from llmtui.chat.markdown import tokens
from llmtui.chat.message import Message
from llmtui.chat.parts import Text


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A code fence: its language, empty where none was named, and its code without the last newline.

    `part` is which part of the message it is in, and `start` where the line of its marks begins in there.
    """

    language: str
    code: str
    message_id: str
    part: int = 0
    start: int = 0


def code_blocks(message: Message) -> Iterator[CodeBlock]:
    """The code fences of a message, from the top."""
    for place, part in enumerate(message.parts):
        if not isinstance(part, Text) or ("```" not in part.text and "~~~" not in part.text):
            continue
        blocks = Blocks(part.text)
        for block in (*blocks.closed, *blocks.tails):
            for language, code, start in _fences(block):
                yield CodeBlock(language, code, message.id, place, start)


def _fences(block: Block) -> Iterator[tuple[str, str, int]]:
    if block.kind == "fence":
        fence = read_fence(block)
        lead = len(block.source) - len(block.source.lstrip(" \t\r\n"))
        line = line_start(block.source, lead)
        yield fence.language, fence.code, block.start + line
        return
    if block.kind in ("plain", "words", "table"):
        return
    source, base = block.alone
    for token in tokens(source) or ():
        if token.type == "fence":
            words = token.info.split()
            line = _line(source, token.map[0] if token.map else 0)
            yield words[0] if words else "", token.content.removesuffix("\n"), base + line


def line_start(source: str, at: int) -> int:
    """Where the line of this character begins."""
    return source.rfind("\n", 0, at) + 1


def _line(source: str, number: int) -> int:
    """Where the line of this number begins."""
    at = 0
    for _ in range(number):
        at = source.find("\n", at) + 1
    return at
