"""What another llmtui says in the same conversation is taken in, and nothing of ours is overwritten."""

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Done, TextDelta
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.news import News
from llmtui.chat.parts import Text
from llmtui.chat.tree import Tree
from llmtui.engine.beside import streaming_elsewhere, with_news


def asked(name: str, parent: str | None, text: str = "Hello") -> Message:
    return Message(name, "user", (Text(text),), parent)


def answered(name: str, parent: str, *words: str, done: bool = True) -> Message:
    message = Message(name, "assistant", (), parent, answer=Answer("openai/x"))
    for word in words:
        message = after(message, TextDelta(word), 0.1)
    return after(message, Done(), 0.2) if done else message


def talked(*messages: Message) -> Conversation:
    return Conversation("one", messages=Tree(messages), head=messages[-1].id)


def test_what_follows_the_message_looked_at_is_looked_at() -> None:
    here = talked(asked("q1", None), answered("a1", "q1", "Hi"))
    news = News("", (asked("q2", "a1"), answered("a2", "q2", "so far", done=False)))
    grown = with_news(here, news, None)
    assert [message.id for message in grown.path] == ["q1", "a1", "q2", "a2"]
    assert streaming_elsewhere(grown, None) == {"a2"}


def test_what_was_asked_of_another_message_is_a_branch_beside() -> None:
    here = talked(asked("q1", None), answered("a1", "q1", "Hi"), asked("q2", "a1"))
    grown = with_news(here, News("", (asked("q3", "a1"), answered("a3", "q3", "there"))), None)
    assert grown.head == "q2"
    assert grown.siblings("q2") == ("q2", "q3")


def test_an_answer_that_arrives_here_is_not_left_for_one_from_elsewhere() -> None:
    live = answered("a1", "q1", "so far", done=False)
    here = talked(asked("q1", None), live)
    grown = with_news(here, News("", (answered("a1", "q1", "so", done=False), asked("q2", "a1"))), live)
    assert grown.head == "a1"
    assert grown.by_id["a1"] == live
    assert streaming_elsewhere(grown, live) == frozenset()


def test_an_answer_from_elsewhere_grows_and_ends() -> None:
    here = talked(asked("q1", None), answered("a1", "q1", "so", done=False))
    grown = with_news(here, News("", (answered("a1", "q1", "so", " far", done=False),)), None)
    assert grown.path[-1].text == "so far"
    ended = with_news(grown, News("", (answered("a1", "q1", "so", " far", "."),)), None)
    assert ended.path[-1].text == "so far."
    assert streaming_elsewhere(ended, None) == frozenset()


def test_what_has_ended_here_is_never_replaced() -> None:
    ours = answered("a1", "q1", "every word")
    here = talked(asked("q1", None), ours)
    assert with_news(here, News("", (answered("a1", "q1", "every", done=False),)), None) == here


def test_an_answer_that_is_told_of_no_more_was_interrupted() -> None:
    here = talked(asked("q1", None), answered("a1", "q1", "so", done=False))
    left = with_news(here, News(), None, streaming_elsewhere(here, None))
    assert left.path[-1].text == "so"
    assert left.path[-1].answer is not None
    assert left.path[-1].answer.outcome == "interrupted"


def test_a_message_whose_parent_is_not_known_waits_for_it() -> None:
    here = talked(asked("q1", None))
    assert with_news(here, News("", (answered("a9", "q9", "lost"),)), None) == here
