"""What is sent and paid of a conversation, counted once and not at every look: it may be ten thousand
messages."""

from collections.abc import Callable, Mapping

from llmtui.chat.conversation import Conversation
from llmtui.chat.costs import Bill, bill_of
from llmtui.chat.message import Message
from llmtui.chat.models import ModelFacts
from llmtui.engine.context import TokenCount

# The newest messages may change: those are counted again, at most twice as many.
_NEWEST = 8

Facts = Callable[[str], ModelFacts | None]


class Bookkeeping:
    """Remembers what it counted of the conversation that it was asked about last."""

    def __init__(self, facts_of: Facts) -> None:
        """`facts_of` knows a `provider/model`."""
        self._facts_of = facts_of
        self._asked_with: Mapping[str, ModelFacts | None] = {}
        self._old: tuple[Message, ...] = ()
        self._old_bill = Bill()
        self._billed: tuple[Message, ...] = ()
        self._bill = Bill()
        self._sent: tuple[Message, ...] | None = None
        self._told = (False, "", False)
        self._context = (0, False)

    def context(self, conversation: Conversation, arriving: bool, count: TokenCount) -> tuple[int, bool]:
        """(tokens, whether any of it is an estimate) that are sent, without the answer that is arriving."""
        sent = conversation.sent
        system, trimmed = conversation.system, bool(conversation.sent_from)
        if self._sent is not sent or self._told != (arriving, system, trimmed):
            self._sent, self._told = sent, (arriving, system, trimmed)
            self._context = count.context(sent[:-1] if arriving else sent, system, trimmed)
        return self._context

    def bill(self, conversation: Conversation) -> Bill:
        """What it has cost, every branch of it, as far as prices are known."""
        messages = conversation.messages
        if any(self._facts_of(model) is not facts for model, facts in self._asked_with.items()):
            self._forget()
        elif messages is self._billed:
            return self._bill
        if messages[: len(self._old)] != self._old:
            self._forget()
        newer = messages[len(self._old) :]
        if len(newer) > 2 * _NEWEST:
            self._old_bill += self._bill_of(newer[:-_NEWEST])
            self._old, newer = messages[:-_NEWEST], messages[-_NEWEST:]
        self._billed, self._bill = messages, self._old_bill + self._bill_of(newer)
        return self._bill

    def _bill_of(self, messages: tuple[Message, ...]) -> Bill:
        known = dict(self._asked_with)

        def facts_of(model: str) -> ModelFacts | None:
            if model not in known:
                known[model] = self._facts_of(model)
            return known[model]

        self._asked_with = known
        return bill_of(messages, facts_of)

    def _forget(self) -> None:
        self._asked_with, self._old, self._old_bill = {}, (), Bill()
