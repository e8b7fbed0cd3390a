"""Ollama's generate: one prompt to be gone on with, answered as its chat is."""

from llmtui.chat.request import Request
from llmtui.providers.card import Card
from llmtui.providers.dialect import Call
from llmtui.providers.ollama import Ollama
from llmtui.providers.ollama_requests import generate_body


class OllamaGenerate(Ollama):
    """`POST {base}/api/generate`, answered by lines of JSON or by one object."""

    name = "ollama-generate"

    def call(self, card: Card, request: Request) -> Call:
        """The HTTP request that asks this."""
        return Call("api/generate", generate_body(request), card.headers, "ndjson")


DIALECT = OllamaGenerate()
