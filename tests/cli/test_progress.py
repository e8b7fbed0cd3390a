"""`llmtui ask --progress` tells about how many tokens have come, and how fast."""

import io
import re
from pathlib import Path

import pytest

from llmtui.chat.events import Done, Event, ReasoningDelta, TextDelta, Usage, UsageReported, Waiting
from llmtui.chat.message import Answer, Message, after
from llmtui.cli.progress import Progress
from llmtui.engine.changes import Said
from tests.cli.running import Person
from tests.faults.speeches import SPEECHES
from tests.wire.server import LoopbackServer, Reply

WORDS = "one two three four five six seven eight nine ten "


class Narration(io.StringIO):
    """What is narrated, to a terminal or elsewhere."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def narrated(*happening: tuple[float, Event], terminal: bool = False, spoken: bool = False) -> str:
    """What is narrated of events at these seconds."""
    narration, now = Narration(terminal), 0.0
    progress = Progress(narration, spoken, clock=lambda: now)
    message = Message("1", "assistant", answer=Answer("p/m"))
    for now, event in happening:
        message = after(message, event, now)
        progress.hear(Said("c", message, event))
    progress.finish(message)
    return narration.getvalue()


def test_elsewhere_than_on_a_terminal_there_is_a_line_a_second() -> None:
    told = narrated(
        *((0.5 + number / 4, TextDelta(WORDS)) for number in range(10)), (3.0, Done("stop"))
    ).splitlines()
    assert len(told) == 3
    assert re.fullmatch(r"llmtui: ≈\d\d tokens, \d\d tok/s", told[0])
    assert re.fullmatch(r"llmtui: ≈1\d\d tokens in 3\.0 s, \d\d tok/s", told[-1])


def test_thoughts_count_too() -> None:
    told = narrated((0.5, ReasoningDelta(WORDS)), (2.0, ReasoningDelta(WORDS)), (3.0, Done("stop")))
    assert "≈20 tokens, 13 tok/s" in told


def test_what_the_provider_counted_is_said_at_the_end_without_an_about() -> None:
    usage = UsageReported(Usage(3, 1200, total=1203))
    told = narrated((1.0, TextDelta(WORDS)), (2.9, usage), (3.0, Done("stop")))
    assert told.endswith("llmtui: 1,200 tokens in 3.0 s, 600 tok/s\n")


def test_on_a_terminal_one_line_is_written_over_and_is_gone_at_the_end() -> None:
    told = narrated(
        *((number / 4, TextDelta(WORDS)) for number in range(4)), (1.0, Done("stop")), terminal=True
    )
    assert told.count("\n") == 1
    *lines, nothing, last = told.split("\r")
    assert len(lines) == 4
    assert nothing.strip() == ""
    assert last.startswith("llmtui: ")


def test_where_the_words_are_seen_it_ends_with_the_first_of_them() -> None:
    thoughts = tuple((number / 4, ReasoningDelta(WORDS)) for number in range(3))
    told = narrated(*thoughts, (1.0, TextDelta(WORDS)), (2.0, TextDelta(WORDS)), terminal=True, spoken=True)
    assert told.split("\r")[-1] == ""
    assert told.count("≈") == 2


def test_other_news_finds_a_free_line() -> None:
    told = narrated((0.0, TextDelta(WORDS)), (1.0, TextDelta(WORDS)), (1.5, Waiting("retry")), terminal=True)
    assert told.endswith("\r")


async def test_the_answer_alone_is_on_standard_output(tmp_path: Path) -> None:
    speech = SPEECHES["openai-chat"]
    async with LoopbackServer(Reply(pieces=[speech.stream])) as server:
        run = await Person(tmp_path, server).run("ask", "-m", "openai/loop", "--progress", "Why?")
    assert run.out == f"{speech.text}\n"
    assert re.search(r"^llmtui: 6 tokens in \d+\.\d s, [\d,]+ tok/s$", run.narration, re.MULTILINE)


@pytest.mark.parametrize("how", ["--json", "--no-stream"])
async def test_it_goes_with_every_way_to_print(tmp_path: Path, how: str) -> None:
    speech = SPEECHES["openai-chat"]
    async with LoopbackServer(Reply(pieces=[speech.stream])) as server:
        run = await Person(tmp_path, server).run("ask", "-m", "openai/loop", "--progress", how, "Why?")
    assert speech.text in run.out
    assert "6 tokens in" in run.narration
