"""What thousands of messages say is one string."""

from llmtui.chat.events import Done, ModelReported
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.models import parse_model


def _fresh(text: str) -> str:
    return "".join(list(text))


def test_messages_share_what_their_models_and_endings_are_called() -> None:
    asked = [Message(str(number), "assistant", answer=Answer("openai/one")) for number in range(2)]
    told = [after(message, ModelReported(_fresh("one-2026"), _fresh("a host"))) for message in asked]
    ended = [after(message, Done(_fresh("length"))) for message in told]
    one, other = (message.answer for message in ended)
    assert one is not None
    assert other is not None
    assert one.model is other.model
    assert one.by is other.by
    assert one.finish_reason is other.finish_reason


def test_a_providers_name_is_one_however_often_it_is_read() -> None:
    one, other = parse_model(_fresh("openai/gpt")), parse_model(_fresh("openai/gpt"))
    assert one is not None
    assert other is not None
    assert one.provider is other.provider
