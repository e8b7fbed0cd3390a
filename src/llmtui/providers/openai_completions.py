"""OpenAI's oldest dialect, completions: a text that is gone on with, for models that know no chat."""

from llmtui.chat.events import Event
from llmtui.chat.message import Message
from llmtui.chat.request import Request
from llmtui.providers.card import Card
from llmtui.providers.dialect import Call
from llmtui.providers.misread import is_misread, misread
from llmtui.providers.openai_chat import OpenAIChat, OpenAIChatDecoder
from llmtui.providers.openai_requests import choosing, streaming
from llmtui.providers.payload import json_bytes

_PERSON, _MODEL = "User", "Assistant"

# Such a model hardly ever ends by itself, and a server's own limit is 16 tokens, or none.
_USUAL_LIMIT = 1024


class OpenAICompletions(OpenAIChat):
    """`POST {base}/completions`, answered as server-sent events or as one JSON object."""

    name = "openai-completions"

    def call(self, card: Card, request: Request) -> Call:
        """The HTTP request that asks this."""
        wished: dict[str, object] = {"model": request.model.model, "prompt": prompt_of(request)}
        wished["max_tokens"] = _USUAL_LIMIT
        if len(request.messages) > 1:
            # It would go on with the person's next lines as well.
            wished["stop"] = [f"\n\n{_PERSON}:"]
        wished |= choosing(request.sampling, "max_tokens") | streaming(card, request)
        return Call("completions", json_bytes(wished), card.headers, "sse")

    def decoder(self, card: Card) -> "OpenAICompletionsDecoder":
        """A decoder for one streamed response."""
        return OpenAICompletionsDecoder(card)


class OpenAICompletionsDecoder(OpenAIChatDecoder):
    """One stream being read: as a chat's, but the words stand in the choice itself."""

    def _choice(self, choice: dict[str, object], events: list[Event]) -> None:
        words = choice.get("text")
        if words and isinstance(words, str):
            self._text(words, events)
        elif words or is_misread(words):
            events.append(misread("choices[].text", words))
        super()._choice(choice, events)


def prompt_of(request: Request) -> str:
    """The conversation as one text to be gone on with.

    A single question is the prompt itself, word for word, after the system prompt if there is one: a base
    model goes on with what was typed. A longer conversation is a transcript, in which the system prompt comes
    first, each message begins with `User: ` or `Assistant: `, blank lines are between them, and the
    last line is an `Assistant:` that is left open. Only text can be sent.
    """
    said = [(message, text) for message in request.messages if (text := _text_of(message))]
    head = [request.system] if request.system else []
    if len(said) == 1 and said[0][0].role == "user":
        return "\n\n".join([*head, said[0][1]])
    lines = [f"{_MODEL if message.role == 'assistant' else _PERSON}: {text}" for message, text in said]
    if not (request.continuing and said and said[-1][0].role == "assistant"):
        lines.append(f"{_MODEL}:")
    return "\n\n".join([*head, *lines])


def _text_of(message: Message) -> str:
    return message.text or message.refusal


DIALECT = OpenAICompletions()
