"""A code fence, read from the block that it is."""

from dataclasses import dataclass

from llmtui.chat.block import Block
from llmtui.chat.markdown import FENCE, closes
from llmtui.chat.nesting import entered


@dataclass(frozen=True, slots=True)
class Fence:
    """A code fence read: its language, its code, and where the code begins in the block's source."""

    language: str
    code: str
    start: int
    closed: bool


def read_fence(block: Block) -> Fence:
    """The fence that a block of this kind is, whether it is closed or still open."""
    lines = block.source.split("\n")
    texts = [line.rstrip("\r")[entered(line, block.levels)[1] :] for line in lines]
    first = next((place for place, text in enumerate(texts) if text.strip(" \t")), 0)
    mark, info, indent = read_mark(texts[first])
    start = min(sum(len(line) + 1 for line in lines[: first + 1]), len(block.source))
    body = texts[first + 1 :]
    # The newline at the end of the last line is not another line.
    if body and not lines[-1]:
        body.pop()
    end = next((place for place, text in enumerate(body) if closes(text, mark)), None)
    code = "\n".join(dedented(text, indent) for text in (body if end is None else body[:end]))
    return Fence(info.split()[0] if info else "", code, start, end is not None)


def read_mark(text: str) -> tuple[str, str, int]:
    """The marks that the first line of a fence begins with, what is written after them, and their indent."""
    found = FENCE.match(text.rstrip("\r\n"))
    if found is None:
        return "", "", 0
    return found[2] or found[4], (found[3] or found[5] or "").strip(), len(found[1])


def dedented(text: str, indent: int) -> str:
    """A line of code without as much indent as the marks of its fence have."""
    return text[min(indent, len(text) - len(text.lstrip(" "))) :] if indent else text
