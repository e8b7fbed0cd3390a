"""The typed parts that a message is made of."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Text:
    """Words, as they were written: markdown from a model, plain text from a person."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Words with which a model declined to answer."""

    text: str
    kind: Literal["refusal"] = "refusal"


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What a model thought before it answered.

    `began` and `ended` are seconds since the question was sent; `signature` is the provider's own proof
    of the thought, or the thought as only the provider can read it (`text` is empty then): opaque to all but
    the dialect that wrote it, and handed back where a provider demands it.
    """

    text: str
    began: float = 0.0
    ended: float = 0.0
    signature: str | None = None
    kind: Literal["reasoning"] = "reasoning"

    @property
    def seconds(self) -> float:
        """How long the thinking took."""
        return max(0.0, self.ended - self.began)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to call a tool; `arguments` is the raw JSON text as it was sent.

    `signature` is as with `Reasoning`.
    """

    id: str
    name: str
    arguments: str
    signature: str | None = None
    kind: Literal["tool_call"] = "tool_call"


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool gave back for the call with this id."""

    call_id: str
    text: str
    is_error: bool = False
    kind: Literal["tool_result"] = "tool_result"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: its bytes and their media type, `image/png` for example."""

    media_type: str
    data: bytes
    name: str = ""
    kind: Literal["image"] = "image"


@dataclass(frozen=True, slots=True)
class File:
    """A document: its bytes, their media type and the name it had on disk."""

    name: str
    media_type: str
    data: bytes
    kind: Literal["file"] = "file"


Part = Text | Refusal | Reasoning | ToolCall | ToolResult | Image | File
