"""One conversation on two screens: what is said on one is seen on the other, and nothing is overwritten."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.home import Home
from tests.end_to_end.word_server import WordServer

if TYPE_CHECKING:
    from tests.pty.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal of this kind")

# A second between two looks, and room for a busy machine: a test is not where this is measured.
_SEEN_SECONDS = 6


@contextmanager
def answering(home: Home, server: WordServer) -> Iterator["Terminal"]:
    """A screen on which something was asked, with an answer that is being said in it."""
    home.knows(server.address)
    with home.open("-m", "openai/slow") as here:
        here.wait_for("Ask anything")
        here.type("from here")
        here.press("enter")
        server.wait_for_words(3)
        yield here
        here.press("ctrl+q")
        assert here.wait_for_exit() == 0


def test_what_is_said_on_one_screen_is_seen_on_the_other(home: Home) -> None:
    with WordServer(words=60, pace=0.05) as server:
        with answering(home, server) as here, home.open("-c", "-m", "openai/slow") as there:
            # While it streams here, it grows there, too.
            there.wait_for("word9", _SEEN_SECONDS)
            there.wait_for("in another window")
            assert "stop" not in there.text
            # What is asked there meanwhile waits for the end of the answer.
            there.type("from there")
            there.press("enter")
            there.wait_for("queued")
            there.wait_for("word59")
            here.wait_for("from there", 20 + _SEEN_SECONDS)
            server.wait_for_questions(2)
            server.wait_for_words(120)
            here.wait_for(lambda text: text.count("word59") == 2 or "word59" in text.split("from there")[-1])
            there.press("ctrl+q")
            assert there.wait_for_exit() == 0
        [conversation] = home.conversations()
        said = [message["parts"][-1]["text"].split() for message in conversation["messages"]]
        every_word = [f"word{number}" for number in range(60)]
        assert said == [["from", "here"], every_word, ["from", "there"], every_word]
        # The second question followed the whole first answer.
        assert [len(asked["messages"]) for asked in server.asked] == [1, 3]


def test_asking_in_both_at_once_makes_two_branches(home: Home) -> None:
    with WordServer(words=3, pace=0.01) as server:
        home.knows(server.address)
        assert home.run("ask", "-m", "openai/slow", "first").returncode == 0
        with home.open("-c") as here, home.open("-c") as there:
            for screen in (here, there):
                screen.wait_for("word2")
            here.type("from here")
            there.type("from there")
            here.press("enter")
            there.press("enter")
            for screen in (here, there):
                screen.wait_for("/2 ›", 20)
                screen.press("ctrl+q")
                assert screen.wait_for_exit() == 0
        [conversation] = home.conversations()
        texts = [message["parts"][-1]["text"].strip() for message in conversation["messages"]]
        assert sorted(texts) == ["first", "from here", "from there", *["word0 word1 word2"] * 3]


def test_asking_from_a_pipe_waits_for_the_answer_that_arrives_on_the_screen(home: Home) -> None:
    with WordServer(words=40, pace=0.05) as server, answering(home, server) as here:
        ended = home.run("ask", "-c", "-m", "openai/slow", "and then?")
        assert ended.returncode == 0
        assert "waiting for its end" in ended.stderr
        assert [len(asked["messages"]) for asked in server.asked] == [1, 3]
        here.wait_for("and then?", _SEEN_SECONDS)
