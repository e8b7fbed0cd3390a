"""Finding words in a conversation: lit, counted, gone to, however they were written."""

import asyncio
import re
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Input

from llmtui.chat.events import Done, TextDelta
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.parts import Reasoning, Text, ToolCall, ToolResult
from llmtui.tui.composing.composer import Composer
from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.find.search import Search
from llmtui.tui.find.wanted import Wanted
from tests.engine.scripted import ScriptedLine
from tests.tui.stage import app, say, screen_text, settled, shown
from tests.tui.test_transcript import Talk, conversation, question, reply, screen
from tests.tui.test_transcript import settled as drawn


def matches(words: str, text: str) -> list[str]:
    wanted = Wanted(words)
    found = [text[start:end] for start, end in wanted.spans(text)]
    assert sum(wanted.count(text)) == len(found)
    return found


def lit(transcript: Transcript) -> list[str]:
    """The words that are lit on the screen, from the top."""
    assert transcript._column.page is not None
    palette = transcript._column.page.palette
    found = []
    for strip in transcript.render_lines(Region(0, 0, *transcript.size)):
        words = ""
        for segment in strip:
            colour = segment.style.color if segment.style and segment.style.reverse else None
            if colour is not None and colour in (palette.hit.color, palette.hit_here.color):
                words += segment.text
            elif words:
                found.append(words)
                words = ""
    return found


def here(transcript: Transcript) -> str:
    """The words of the hit that is gone to, which are in another colour than the other hits."""
    assert transcript._column.page is not None
    style = transcript._column.page.palette.hit_here
    segments = [
        segment
        for strip in transcript.render_lines(Region(0, 0, *transcript.size))
        for segment in strip
        if segment.style and segment.style.reverse and segment.style.color == style.color
    ]
    return "".join(segment.text for segment in segments)


async def found(pilot: Pilot[None], transcript: Transcript, words: str) -> None:
    """Look for words until all are counted."""
    transcript.find(words)
    await counted(transcript)
    await pilot.pause()


async def counted(transcript: Transcript) -> None:
    while transcript._steps is not None:
        passed = asyncio.Event()
        transcript.set_timer(0.005, passed.set)
        await passed.wait()


@pytest.mark.parametrize(
    ("words", "text", "written"),
    [
        ("bold text", "some **bold** text", "bold** text"),
        ("two lines", "one of two\nlines", "two\nlines"),
        ("said so", "> he said\n> so", "said\n> so"),
        ("click here now", "[click here](https://a.example/x) now", "click here](https://a.example/x) now"),
        ("snake_case", "a snake\\_case name", "snake\\_case"),
        ("hypertext", "**H**yper**T**ext", "H**yper**T**ext"),
        ("a & b", "a &amp; b", "a &amp; b"),
        ("don't", "I don’t", "don’t"),
        ("first second", "| first | second |", "first | second"),
        ("a*b", "x = a*b", "a*b"),
        ("日本", "これは日本です", "日本"),
        ("[x](y)", "see `[x](y)`", "[x](y)"),
        ("**", "2 ** 3", "**"),
        ("STRASSE", "STRASSE", "STRASSE"),
    ],
)
def test_words_are_found_however_they_were_written(words: str, text: str, written: str) -> None:
    assert matches(words, text) == [written]


def test_capitals_matter_only_where_there_are_any() -> None:
    assert matches("word", "word Word WORD") == ["word", "Word", "WORD"]
    assert matches("Word", "word Word WORD") == ["Word"]


@pytest.mark.parametrize(
    "word",
    [
        "café",
        "Ångström",
        "tiếng Việt",
        "한국어",
        "für",
        "é",
        "a ≠ b",
        "x̂",
        "İzmir",
        "ş̌",
        "a\u0301\u0323\u0302z",
    ],
)
def test_a_letter_is_found_however_its_marks_are_written(word: str) -> None:
    forms = {normalize("NFC", word), normalize("NFD", word), word}
    for asked in forms:
        for written in forms:
            assert matches(asked, f"the {written}, and `{written}`") == [written, written]
            assert matches(asked.upper(), f"the {written.upper()}") == [written.upper()]
            # A letter that is longer when it is small.
            assert matches(asked, f"İ {written}") == [written]
            # Other letters written both ways.
            assert matches(asked, f"{written} ô o\u0302 ı\u0308") == [written]


def test_marks_in_any_order_are_the_same_letter() -> None:
    for written in ("ệ", "e\u0323\u0302", "e\u0302\u0323", "\u1eb9\u0302", "ê\u0323"):
        assert matches("ệ", f"Vi{written}t **Vi**{written}t") == [written, written]
        assert matches("viet", f"Vi{written}t") == []
    assert matches("é", "e è e\u0300") == []


def test_a_letter_with_a_thousand_marks_is_looked_for_as_it_is() -> None:
    written = "z" + "\u0301\u0323" * 500
    assert matches(written, f"some {written} more") == [written]
    assert matches(written, f"some {normalize('NFC', written)} more") == [normalize("NFC", written)]


@given(
    st.text(alphabet="aeé\u0301\u0323\u0302ệ한\u1112\u1161\u11ab *", min_size=1, max_size=8), st.booleans()
)
def test_what_says_the_same_is_found(words: str, composed: bool) -> None:
    wanted = Wanted(normalize("NFC", words))
    text = normalize("NFC" if composed else "NFD", f"x. {words} .x")
    assert not wanted or matches(wanted.words, text)


async def test_a_letter_in_another_form_is_lit_with_its_marks() -> None:
    app = Talk([question(0), reply(0, "In a cafe\u0301 nearby")])
    async with app.run_test(size=(60, 24)) as pilot:
        await found(pilot, app.transcript, "café")
        assert app.transcript.found == "1 of 1"
        assert lit(app.transcript) == ["cafe\u0301"]


def test_what_is_not_there_is_not_found() -> None:
    assert matches("34", "3*4") == []
    assert matches("onetwo", "one two") == []
    assert matches("one two", "one, two") == []
    assert not Wanted("  ")


@given(
    st.text(alphabet="ab *_`[]()\\|>\n.", max_size=300), st.text(alphabet="ab *_.[", min_size=1, max_size=6)
)
def test_whatever_is_in_a_text_letter_by_letter_is_found_there(text: str, words: str) -> None:
    wanted = Wanted(words)
    if wanted and wanted.words in text:
        assert matches(words, text)


@given(
    st.lists(st.text(alphabet="ab \n*", max_size=40), max_size=8), st.sampled_from(["a", "ab", "b a", "aa"])
)
def test_a_text_that_streams_in_has_the_hits_that_it_has_at_once(chunks: list[str], words: str) -> None:
    text, wanted = "", Wanted(words)
    wanted.reach = 20
    states = [Message("m", "assistant")]
    search = Search(wanted, lambda _: states[-1])
    for chunk in chunks:
        text += chunk
        states.append(Message("m", "assistant", (Text(text),)))
        search.hits(0)
    fresh = Search(Wanted(words), lambda _: states[-1])
    assert search.hits(0) == fresh.hits(0)
    assert search.total == fresh.total == len(fresh.hits(0))


async def test_hits_are_lit_and_counted_and_gone_to_in_their_order() -> None:
    app = Talk(conversation(30))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        await found(pilot, transcript, "question")
        assert transcript.found == "30 of 30"
        assert here(transcript) == "Question"
        assert set(lit(transcript)) == {"Question"}
        transcript.step_hit(-1)
        assert transcript.found == "29 of 30"
        transcript.step_hit(1)
        assert transcript.found == "30 of 30"
        transcript.step_hit(1)
        assert transcript.found == "1 of 30 · from the top"
        assert "Question 0" in "\n".join(screen(transcript))
        transcript.step_hit(-1)
        assert transcript.found == "30 of 30 · from the end"
        assert not transcript.following
        transcript.find_no_more()
        assert lit(transcript) == []


async def test_the_nearest_hit_is_gone_to_first() -> None:
    app = Talk(
        [question(0), reply(0, "needle"), *conversation(0), *(reply(n, "x\n\n" * 30) for n in range(5, 9))]
    )
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        await found(pilot, transcript, "needle")
        assert transcript.found == "1 of 1"
        assert here(transcript) == "needle"
        transcript.find_no_more()
        transcript.jump("a6")
        await found(pilot, transcript, "nothing like it")
        assert transcript.found == "nothing found"


@pytest.mark.parametrize("height", [24, 12])
async def test_a_hit_at_the_edge_of_what_is_in_sight_is_shown_with_lines_around_it(height: int) -> None:
    text = "\n".join(f"- line {number}{' needle' * (number % 7 == 3)}" for number in range(60))
    app = Talk([question(0), reply(0, text)])
    async with app.run_test(size=(60, height)) as pilot:
        transcript = app.transcript
        await found(pilot, transcript, "needle")
        for step, edge in ((-1, 0), (-1, 0), (1, transcript.size.height - 2), (-1, 0)):
            hit = transcript._here
            assert hit is not None
            assert transcript._search is not None
            following = transcript._search.hits(hit[0])[hit[1] + step]
            row = transcript._column.row_showing(hit[0], following.part, following.start)
            assert row is not None
            transcript.scroll_to(y=row - edge)
            transcript.step_hit(step)
            await pilot.pause()
            assert 0 < row - transcript.scroll_offset.y < transcript.size.height - 2
            assert here(transcript) == "needle"


async def test_what_wraps_or_is_marked_up_is_lit_as_it_is_seen() -> None:
    text = (
        "Some **bold** words, `code` and [a link](https://a.example).\n\n"
        "| a | b |\n|---|---|\n| one | two |\n\n```\n\tx = 1\n```"
    )
    app = Talk([question(0), reply(0, text)])
    async with app.run_test(size=(60, 30)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        for words, seen in (
            ("bold words", ["bold words"]),
            ("code and a", ["code and a"]),
            ("x = 1", ["x = 1"]),
            ("two", ["two"]),
        ):
            await found(pilot, transcript, words)
            assert transcript.found == "1 of 1", words
            assert lit(transcript) == seen


async def test_a_hit_in_folded_reasoning_or_a_folded_tool_opens_it() -> None:
    parts = (
        Reasoning("\n".join(f"thought {number}" for number in range(200)), 0, 1),
        ToolCall("1", "read_file", '{"path": "/etc/hosts", "why": "needle"}'),
        ToolResult("1", "\n".join(f"line {number} of it" for number in range(300))),
        Text("The answer."),
    )
    message = Message("x", "assistant", parts, answer=Answer("a/b", outcome="complete"))
    app = Talk([*conversation(5), message])
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        for words in ("thought 150", "needle", "line 250 of it"):
            await found(pilot, transcript, words)
            assert transcript.found == "1 of 1"
            assert here(transcript) == words
        await found(pilot, transcript, "read_file")
        assert transcript.found == "1 of 1"
        assert here(transcript) == "read_file"


async def test_what_streams_in_is_found_too_and_nothing_moves() -> None:
    app = Talk(conversation(10))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        await found(pilot, transcript, "question")
        seen = screen(transcript)[:-1]
        live = reply(999, outcome="streaming")
        for number in range(5):
            live = after(live, TextDelta(f"A question {number}.\n\n"), 0.1)
            transcript.say(live)
        transcript.say(after(live, Done("stop"), 1.0))
        await drawn(pilot, transcript)
        while transcript._fresh:
            passed = asyncio.Event()
            transcript.set_timer(0.02, passed.set)
            await passed.wait()
        assert (transcript.found or "").endswith(" of 15")
        assert screen(transcript)[:-1] == seen


async def test_the_hit_that_is_gone_to_is_told_apart_without_colours() -> None:
    app = Talk(conversation(2))
    async with app.run_test(size=(60, 24)) as pilot:
        await found(pilot, app.transcript, "question")
        page = app.transcript._column.page
        assert page is not None
        assert page.palette.hit_here.underline
        assert not page.palette.hit.underline


async def test_another_conversation_is_searched_for_the_same_words() -> None:
    app = Talk(conversation(10))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        await found(pilot, app.transcript, "question")
        app.transcript.show(conversation(3))
        await counted(app.transcript)
        assert app.transcript.found == "3 of 3"


async def test_all_of_a_long_conversation_is_counted_in_slices() -> None:
    app = Talk(conversation(3_000))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        await found(pilot, app.transcript, "flickers")
        expected = sum(message.text.count("flickers") for message in app.messages)
        assert (app.transcript.found or "").endswith(f" of {expected:,}")
        await found(pilot, app.transcript, "Reply 0")
        assert app.transcript.found == "1 of 1"
        assert here(app.transcript) == "Reply 0"


async def test_the_bar_asks_counts_and_goes_away(tmp_path: Path) -> None:
    text = "Some **bold** words.\n\n" + "filler\n\n" * 60 + "More bold words."
    stage = app(tmp_path, ScriptedLine((TextDelta(text), Done())))
    async with stage.run_test(size=(100, 30)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        await pilot.press("ctrl+f", *"bold words")
        await shown(stage, "2 of 2")
        assert isinstance(stage.focused, Input)
        assert here(stage.transcript) == "bold words"
        await pilot.press("enter")
        await shown(stage, "1 of 2 · from the top")
        await shown(stage, "Some bold words.")
        await pilot.press("up")
        await shown(stage, "2 of 2 · from the end")
        await pilot.press("down", "shift+enter")
        await shown(stage, "2 of 2 · from the end")
        await pilot.press("down")
        await shown(stage, "Some bold words.")
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(stage.focused, Composer)
        assert "Some bold words." in screen_text(stage)
        assert "of 2" not in screen_text(stage)
        assert lit(stage.transcript) == []


async def test_while_reading_the_letters_find(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("one needle\n\n" + "x\n\n" * 60 + "two needle"), Done())))
    async with stage.run_test(size=(100, 30)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        await pilot.press("tab", "slash", *"needle")
        await shown(stage, "2 of 2")
        await pilot.press("tab")
        assert stage.focused is stage.transcript
        assert "n N hit · Esc end finding · j k message" in screen_text(stage)
        await pilot.press("n")
        await shown(stage, "1 of 2")
        await pilot.press("N")
        await shown(stage, "2 of 2")
        await pilot.press("escape")
        await pilot.pause()
        assert stage.focused is stage.transcript
        assert not stage.transcript.finding
        assert "2 of 2" not in screen_text(stage)
        await pilot.press("n")
        await shown(stage, "2 of 2")
        await pilot.press("escape")
        await pilot.pause()
        assert stage.focused is stage.transcript


async def test_the_command_finds_words_and_forty_columns_are_enough(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("a needle in it"), Done())))
    async with stage.run_test(size=(40, 15)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        await say(pilot, "/find needle")
        await shown(stage, "1 of 1")
        assert re.search(r"⌕ needle +1 of 1", screen_text(stage))
        assert all(len(line) <= 40 for line in screen_text(stage).splitlines())


async def test_a_hit_far_to_the_right_is_moved_into_sight() -> None:
    code = "```\n" + "x" * 150 + " needle " + "y" * 50 + "\n```"
    app = Talk([question(0), reply(0, code)])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        app.transcript.code = "scroll"
        await pilot.pause()
        assert not any("needle" in line for line in screen(app.transcript))
        await found(pilot, app.transcript, "needle")
        assert here(app.transcript) == "needle"
