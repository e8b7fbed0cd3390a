"""What is asked of a model: a value that a dialect turns into bytes."""

from dataclasses import dataclass

from llmtui.chat.conversation import AS_THE_PROVIDER_LIKES, Sampling
from llmtui.chat.message import Message
from llmtui.chat.models import ModelName


@dataclass(frozen=True, slots=True)
class Request:
    """The messages to answer, oldest first, and how to answer them."""

    model: ModelName
    messages: tuple[Message, ...]
    system: str = ""
    sampling: Sampling = AS_THE_PROVIDER_LIKES
    stream: bool = True
