"""What fits into the status line, and how things stand."""

from collections.abc import Callable
from pathlib import Path

from llmtui.chat.allowance import Allowance
from llmtui.chat.events import Done, Failed, TextDelta, Usage, UsageReported
from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts, ModelName
from llmtui.config import Timeouts
from llmtui.engine.session import Session
from llmtui.engine.sessions import Sessions
from llmtui.tui.status.line import Status, fitted, status_parts
from llmtui.tui.status.standing import cooling_words, standing
from llmtui.tui.status.status_watch import StatusWatch
from tests.engine.scripted import RememberingKeeper, ScriptedLine, means
from tests.tui.stage import FewModels, app, say, screen_text, shown

MODEL = "groq/llama-3.3-70b-versatile"
WAITING = "retrying in 3 s (rate-limited, 429) · 1 of 2"
LIMITED = Failure("rate_limit", "too many requests", status=429)


def line(status: Status, width: int) -> str:
    return "   ".join(text for text, _ in fitted(status_parts(status), width))


def test_what_is_waited_for_goes_before_everything() -> None:
    status = Status(MODEL, context=100, cost=0.1, streaming=True, waiting=WAITING)
    wide = line(status, 120)
    assert wide.startswith(f"{MODEL} ▾   ctx ≈100")
    assert f"◌ {WAITING}" in wide
    assert "streaming" not in wide
    assert line(status, 70) == f"groq/llama-3.3-70b… ▾   ◌ {WAITING}"
    assert line(status, 47) == f"◌ {WAITING}"


def test_in_little_room_the_name_is_cut_and_not_what_streams() -> None:
    assert line(Status(MODEL, streaming=True, output=12), 38) == "groq/llama-3.3-7… ▾   ● streaming ↓≈12"


def test_before_the_first_word_nothing_is_said_to_stream() -> None:
    assert line(Status("a/b", streaming=True), 40) == "a/b ▾   ● waiting   F1 help"


def test_what_is_queued_and_goes_nowhere_by_itself_says_how_it_goes() -> None:
    assert line(Status("a/b", streaming=True, output=1, queued=2), 60).endswith("2 queued   F1 help")
    assert line(Status("a/b", queued=2, held=True), 60) == "a/b ▾   2 queued · Enter sends   F1 help"


async def test_what_is_queued_is_held_behind_an_answer_that_failed() -> None:
    session = a_session(TextDelta("Hi"), Failed(LIMITED))
    watch = StatusWatch(FewModels(MODEL))  # type: ignore[arg-type]
    session.ask("Hello")
    session.ask("And then?")
    assert not watch.status(session, 0).held
    await session.idle()
    assert watch.status(session, 0).held


def test_a_rest_that_fits_is_left_as_it_is() -> None:
    assert line(Status("a/b", hint="F1 help"), 40) == "a/b ▾   F1 help"
    assert line(Status(MODEL, hint="F1 help"), 32) == f"{MODEL} ▾"


def a_session(*events: object) -> Session:
    script = ScriptedLine(events)  # type: ignore[arg-type]
    script.allowed = {
        "groq": (
            Allowance("requests", 1000, 998, 12.0, at=100.0),
            Allowance("tokens", None, 5_000, None, at=100.0),
        )
    }
    return Sessions(means(script, RememberingKeeper(), ("openai/gpt-4o",))).new(MODEL)


async def test_the_status_says_how_things_stand() -> None:
    session = a_session(TextDelta("Hi"), UsageReported(Usage(10, 20, total=30)), Done("stop"))
    session.ask("Hello")
    await session.idle()
    session.means.cooling.failed("xai", LIMITED)
    facts = ModelFacts(ModelName("groq", "x"), context=1000)
    watch = StatusWatch(FewModels(MODEL))  # type: ignore[arg-type]
    rows = standing(watch.status(session, 0), session, (), facts, "there/history.db", now=104.0)
    told = "\n".join(f"{row.name}: {row.words}" for row in rows)
    for words in (
        f"Model: {MODEL}",
        "When it fails: openai/gpt-4o",
        "Context: 30 of 1,000 tokens, 3 %",
        "Tokens: 10 read, 20 made, all branches together",
        "Cost: $0.0001",
        "Limits of groq: requests · 998 of 1,000 left · new in 8 s",
        ": tokens · 5,000 left",
        "Answers: 0 arriving",
        "Cooling down: xai: rate-limited, 429, ",
        "History: there/history.db",
    ):
        assert words in told, told


def limits_told(session: Session, model: str) -> list[tuple[str, str]]:
    session.choose_model(model)
    status = StatusWatch(FewModels(MODEL)).status(session, 0)  # type: ignore[arg-type]
    rows = [(row.name, row.words) for row in standing(status, session, (), None, "", now=104.0)]
    names = [name for name, _ in rows]
    first = next(place for place, name in enumerate(names) if name.startswith("Limits"))
    return rows[first : names.index("Answers")]


async def test_the_limits_are_those_of_who_answered_and_of_who_is_asked_next() -> None:
    script = ScriptedLine(
        (Failed(Failure("rate_limit", "too many requests", status=429)),), (TextDelta("Hi"), Done("stop"))
    )
    script.allowed = {"beta": (Allowance("requests", 10, 9, None, at=100.0),)}
    session = Sessions(means(script, RememberingKeeper(), ("beta/words",))).new("alpha/down")
    assert limits_told(session, "alpha/down") == [("Limits", "alpha has said nothing of them")]
    session.ask("Hello")
    await session.idle()
    beta = ("Limits of beta", "requests · 9 of 10 left")
    assert limits_told(session, "alpha/down") == [beta, ("Limits", "alpha has said nothing of them")]
    assert limits_told(session, "beta/words") == [beta]
    script.allowed["alpha"] = (Allowance("tokens", 5, 0, None, at=100.0),)
    alpha = ("Limits of alpha", "tokens · 0 of 5 left")
    assert limits_told(session, "alpha/down") == [beta, alpha]
    script.allowed = {}
    assert limits_told(session, "alpha/down") == [("Limits", "beta and alpha have said nothing of them")]
    assert limits_told(session, "beta/words") == [("Limits", "beta has said nothing of them")]


async def test_the_panel_is_written_anew_when_the_terminal_becomes_narrow(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=(100, 24)) as pilot:
        await say(pilot, "/status")
        await shown(stage, "When it fails       no other model")
        await pilot.resize_terminal(40, 24)
        await shown(stage, "When it fails  ")
        rows = [row.strip(" │") for row in screen_text(stage).splitlines()]
        assert rows[rows.index("When it fails") + 1] == "no other model is asked"
        await pilot.resize_terminal(100, 24)
        await shown(stage, "When it fails       no other model")


def test_a_provider_that_cools_down_says_why_and_how_long() -> None:
    assert cooling_words({"groq": (LIMITED, 39.6)}) == {"groq": "cooling down: rate-limited, 429, 40 s"}


class Silent:
    """Fits what the watch asks of a session's silence."""

    def __init__(self, seconds: float, spoken: bool) -> None:
        self.seconds, self.spoken = seconds, spoken


def silence_told(seconds: float, spoken: bool) -> str:
    session = a_session()
    session.silence = Silent(seconds, spoken)  # type: ignore[assignment]
    watch = StatusWatch(FewModels(MODEL), Timeouts(first_event=120.0, idle=90.0))  # type: ignore[arg-type]
    told: Callable[[Session], str] = watch._silence
    return told(session)


def test_a_silence_is_told_once_somebody_may_wonder() -> None:
    assert silence_told(9.9, spoken=True) == ""
    assert silence_told(10.2, spoken=True) == "no word for 10 s"
    assert silence_told(44.0, spoken=True) == "no word for 44 s"
    assert silence_told(12.0, spoken=False) == "no word for 12 s"


def test_the_second_half_of_the_patience_is_counted_down() -> None:
    assert silence_told(52.4, spoken=True) == "no word for 52 s; gives up in 38 s"
    assert silence_told(52.4, spoken=False) == "no word for 52 s"
    assert silence_told(60.0, spoken=False) == "no word for 60 s; gives up in 60 s"
