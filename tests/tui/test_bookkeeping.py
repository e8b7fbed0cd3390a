"""The books are the same as if all were counted at every look."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.conversation import Conversation
from llmtui.chat.costs import bill_of
from llmtui.chat.events import Usage
from llmtui.chat.message import Answer, Message
from llmtui.chat.models import ModelFacts, ModelName
from llmtui.chat.parts import Text
from llmtui.engine.context import TokenCount
from llmtui.tui.status.bookkeeping import Bookkeeping

PRICED = ModelFacts(ModelName("x", "priced"), input_price=1.0, output_price=2.0)
UNPRICED = ModelFacts(ModelName("x", "unpriced"))


def said(name: str, parent: str | None, model: str, tokens: int) -> Message:
    answer = Answer(model, "x", usage=Usage(tokens, tokens), outcome="complete")
    return Message(name, "assistant", (Text("word " * tokens),), parent, answer=answer)


changes = st.tuples(
    st.sampled_from(("say", "say", "say", "mend", "turn", "prices")),
    st.integers(0, 40),
    st.sampled_from(("x/priced", "x/unpriced")),
)


@given(st.lists(changes, max_size=60))
def test_the_books_are_right_after_every_change(changes: list[tuple[str, int, str]]) -> None:
    facts: dict[str, ModelFacts | None] = {"x/priced": PRICED, "x/unpriced": UNPRICED}
    books, count = Bookkeeping(facts.get), TokenCount()
    conversation = Conversation("c")
    for what, number, model in changes:
        messages = conversation.messages
        if what == "prices":
            facts["x/unpriced"] = replace(UNPRICED, input_price=float(number), output_price=1.0)
        elif what == "say" or not messages:
            name = f"m{len(messages)}"
            conversation = conversation.adding(said(name, conversation.head, model, number))
        elif what == "mend":
            old = messages[number % len(messages)]
            conversation = conversation.replacing(said(old.id, old.parent, model, number))
        else:
            conversation = replace(conversation, head=messages[number % len(messages)].id)
        told, anew = books.bill(conversation), bill_of(conversation.messages, facts.get)
        assert (told.whole, round(told.amount or 0, 9)) == (anew.whole, round(anew.amount or 0, 9))
        assert books.context(conversation, False, count) == TokenCount().context(conversation.sent)


def test_what_did_not_change_is_not_counted_again() -> None:
    looked_up: list[str] = []

    def facts_of(model: str) -> ModelFacts | None:
        looked_up.append(model)
        return PRICED

    books, conversation = Bookkeeping(facts_of), Conversation("c")
    for number in range(200):
        conversation = conversation.adding(said(f"m{number}", conversation.head, "x/priced", 1))
    assert round(books.bill(conversation).amount or 0, 9) == 200 * 3 / 1_000_000
    assert looked_up == ["x/priced"]
    assert books.bill(replace(conversation, draft="hm")) is books.bill(conversation)
