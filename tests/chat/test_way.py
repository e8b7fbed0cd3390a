"""What an answer waits for, and the turns it took, in words."""

from dataclasses import replace

import pytest

from llmtui.chat.detour import Detour
from llmtui.chat.events import Detoured, Done, Event, Failed, TextDelta, Waiting
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.way import failures, turns, waiting_words

LIMITED = Failure("rate_limit", "too many requests", "api.openai.com", "Wait.", 429)
GONE = Failure("connection", "nobody answered", "localhost:1234")
ONE = Detoured(Detour("fallback", "openai/a", LIMITED, "groq/b"))
OTHER = Detoured(Detour("fallback", "groq/b", GONE, "xai/c"))


def folded(*events: Event) -> Message:
    message = Message("m", "assistant", answer=Answer("openai/a"))
    for event in events:
        message = after(message, event, 1.0)
    return message


@pytest.mark.parametrize(
    ("waiting", "passed", "words"),
    [
        (Waiting("retry", 3.0, LIMITED, 1, 2), 0.2, "retrying in 3 s (rate-limited, 429) · 1 of 2"),
        (Waiting("retry", 3.0, GONE, 2, 2), 2.5, "retrying in 1 s (could not be reached) · 2 of 2"),
        (Waiting("retry", 3.0, LIMITED, 1, 2), 4.0, "retrying (rate-limited, 429) · 1 of 2"),
        (Waiting("pace", 12.0), 0.0, "pacing: 12 s"),
        (Waiting("answer", 120.0), 3.0, "waiting for the first token"),
        (Waiting("turn"), 9.0, "waiting for its turn: 4 answers are arriving from groq"),
    ],
)
def test_waiting_is_told_with_what_is_left_of_it(waiting: Waiting, passed: float, words: str) -> None:
    assert waiting_words(waiting, passed, "4 answers are arriving from groq") == words


def test_a_fallback_says_who_answers_and_why_the_others_did_not() -> None:
    assert turns(folded(ONE)) == ("asking groq/b: openai/a was rate-limited (429)",)
    told = "answered by xai/c: openai/a was rate-limited (429), groq/b could not be reached"
    assert turns(folded(ONE, OTHER, TextDelta("Hi"), Done())) == (told,)


def test_what_was_left_out_and_what_came_whole_is_said() -> None:
    without = Detoured(Detour("without", "openai/a", LIMITED, "top_k"))
    whole = Detoured(Detour("whole", "openai/a", LIMITED))
    told = ("without top_k: it refused that", "in one piece: it does not stream")
    assert turns(folded(without, whole, TextDelta("Hi"))) == told


def test_where_all_fail_each_is_named() -> None:
    message = folded(ONE, Failed(GONE))
    assert turns(message) == ()
    assert failures(message) == (
        "openai/a was rate-limited (429)",
        "groq/b: localhost:1234: nobody answered.",
    )


def test_one_that_fails_alone_is_told_whole() -> None:
    assert failures(folded(Failed(LIMITED))) == (LIMITED.message,)
    cut = folded(ONE, TextDelta("Hi"), Failed(GONE))
    assert failures(cut) == (GONE.message,)
    assert failures(replace(cut, answer=None)) == ()
