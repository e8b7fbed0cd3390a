"""What is asked of a model: a value that a dialect turns into bytes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmtui.chat.conversation import AS_THE_PROVIDER_LIKES, Sampling
from llmtui.chat.message import Message
from llmtui.chat.models import ModelName

if TYPE_CHECKING:
    from llmtui.chat.tool import Tool

GO_ON = "Go on where you stopped."
"""What is asked where a provider cannot be given the beginning of its own answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """The messages to answer, oldest first, and how to answer them.

    `continuing`: the last message is a model's, and is to be gone on with. `fallbacks` are models of the
    same provider that it may answer with by itself, in its own names, where its card says it can.
    """

    model: ModelName
    messages: tuple[Message, ...]
    system: str = ""
    sampling: Sampling = AS_THE_PROVIDER_LIKES
    stream: bool = True
    tools: "tuple[Tool, ...]" = ()
    continuing: bool = False
    fallbacks: tuple[str, ...] = ()
