"""Killed while an answer streams: what was said is there, marked interrupted, and nothing is asked again."""

import os
import random
import sys
import time

import apsw
import pytest

from tests.end_to_end.home import Home
from tests.end_to_end.word_server import WordServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal of this kind")

# The gate kills three times; `LLMTUI_KILLS=50 make test ARGS=tests/end_to_end/test_killed.py` more often.
KILLS = int(os.environ.get("LLMTUI_KILLS", "3"))
LOST_AT_MOST = 0.25  # seconds of an answer


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_answer_is_kept_and_not_asked_again(home: Home, slow_server: WordServer, seed: int) -> None:
    home.knows(slow_server.address)
    words = random.Random(seed).randrange(1, 500)
    with home.open("-m", "openai/slow") as terminal:
        terminal.wait_for("Ask anything")
        terminal.type("go on")
        terminal.press("enter")
        slow_server.wait_for_words(words)
        killed = time.monotonic()
        terminal.kill()

    with apsw.Connection(str(home.history)) as database:
        assert [*database.execute("PRAGMA integrity_check")] == [("ok",)]

    with home.open("-c", "-m", "openai/slow") as terminal:
        terminal.wait_for("interrupted")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0

    [conversation] = home.conversations()
    question, answer = conversation["messages"]
    assert question["parts"][-1]["text"] == "go on"
    assert answer["answer"]["outcome"] == "interrupted"
    kept = answer["parts"][-1]["text"].split() if answer["parts"] else []
    assert kept == [f"word{number}" for number in range(len(kept))]
    assert len(kept) >= slow_server.words_before(killed - LOST_AT_MOST)
    assert len(slow_server.asked) == 1
