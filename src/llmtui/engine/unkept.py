"""A keeper that keeps nothing: for what is asked in passing."""

from llmtui.chat.conversation import Conversation, Summary
from llmtui.chat.kept import Kept
from llmtui.chat.message import Message
from llmtui.chat.news import News


class Unkept:
    """Fits `engine.needs.Keeper`; everything is well, and nothing is written."""

    async def begin(self, conversation: Conversation) -> Kept:
        return None

    async def add(self, conversation_id: str, message: Message) -> Kept:
        return None

    def checkpoint(self, conversation_id: str, message: Message) -> None:
        return None

    async def settle(self, conversation_id: str, message: Message) -> Kept:
        return None

    async def amend(self, conversation: Conversation) -> Kept:
        return None

    async def load(self, conversation_id: str) -> Conversation | None:
        return None

    def stirred(self) -> bool:
        return False

    async def news(self, conversation_id: str, streaming: bool) -> News | None:
        return None

    async def summaries(self, limit: int | None = None) -> tuple[Summary, ...]:
        return ()

    async def unsent(self) -> str | None:
        return None

    async def delete(self, conversation_id: str) -> Kept:
        return None

    async def restore(self, conversation_id: str) -> Kept:
        return None
