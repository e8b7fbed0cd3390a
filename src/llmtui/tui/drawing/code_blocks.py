"""The code in a message, as it was written: for copying it without the words around it."""

from collections.abc import Iterator
from dataclasses import dataclass

from llmtui.chat.blocks import Block, Blocks, read_fence
from llmtui.chat.markdown import tokens
from llmtui.chat.message import Message


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A code fence: its language, empty where none was named, and its code without the last newline."""

    language: str
    code: str
    message_id: str


def code_blocks(message: Message) -> Iterator[CodeBlock]:
    """The code fences of a message, from the top."""
    if "```" not in message.text and "~~~" not in message.text:
        return
    blocks = Blocks(message.text)
    for block in (*blocks.closed, *((blocks.open,) if blocks.open else ())):
        for language, code in _fences(block):
            yield CodeBlock(language, code, message.id)


def _fences(block: Block) -> Iterator[tuple[str, str]]:
    if block.kind == "fence":
        fence = read_fence(block)
        yield fence.language, fence.code
        return
    for token in tokens(block.source) or ():
        if token.type == "fence":
            words = token.info.split()
            yield words[0] if words else "", token.content.removesuffix("\n")
