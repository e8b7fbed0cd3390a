"""What a request body is made of, for the tests of the OpenAI dialects."""

import json
from typing import Any

from llmtui.chat.message import Answer, Message
from llmtui.chat.models import ModelName
from llmtui.chat.parts import Part, Text
from llmtui.chat.request import Request
from llmtui.chat.tool import Tool
from llmtui.providers.card import Card
from llmtui.providers.dialect import Dialect

MODEL = ModelName("x", "org/m-1")
HELLO = Message("1", "user", (Text("Hello"),))
NOW = Tool("now", "The time of day", {"type": "object", "properties": {"zone": {"type": "string"}}})


def body_for(dialect: Dialect, card: Card, *messages: Message, **more: Any) -> dict[str, Any]:
    """The body of the request that asks this."""
    body: dict[str, Any] = json.loads(dialect.call(card, asked(*messages, **more)).body)
    return body


def asked(*messages: Message, **more: Any) -> Request:
    """A request to `x/org/m-1`, if no other model is named."""
    return Request(more.pop("model", MODEL), messages, **more)


def answered(*parts: Part, identity: str = "2", provider: str = "x", by: str = "x/org/m-1") -> Message:
    """An answer that this model gave."""
    return Message(identity, "assistant", parts, answer=Answer(by, provider, outcome="complete"))
