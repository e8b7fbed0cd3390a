"""What happens when a model fails before its first word and others are there."""

import asyncio
from dataclasses import replace

import pytest

from llmtui.chat.detour import Detour
from llmtui.chat.events import Done, Failed, ModelReported, TextDelta, Usage, UsageReported, Waiting
from llmtui.chat.failure import Failure, FailureKind
from llmtui.chat.message import Answer
from llmtui.chat.way import failures, turns
from llmtui.engine.changes import Said
from llmtui.engine.cooling import Cooling
from llmtui.engine.session import Session
from llmtui.engine.sessions import Sessions
from tests.engine.scripted import RememberingKeeper, ScriptedLine, means, until_said

FIRST, SECOND, THIRD = "openai/gpt-4o", "groq/llama", "xai/grok"
LIMITED = Failure("rate_limit", "too many requests", "api.openai.com", status=429)
DOWN = Failure("server", "it is down", "api.groq.com", status=503)
HELLO = (TextDelta("Hello"), Done("stop"))


def talking(line: ScriptedLine, *fallbacks: str, model: str = FIRST, routes: tuple[str, ...] = ()) -> Session:
    return Sessions(means(line, RememberingKeeper(), fallbacks, routes)).new(model)


async def answered(session: Session) -> Answer:
    session.ask("Hi")
    await session.idle()
    answer = session.conversation.path[-1].answer
    assert answer is not None
    return answer


def asked(line: ScriptedLine) -> list[str]:
    return [str(request.model) for request in line.requests]


async def test_the_next_model_answers_and_the_message_says_so() -> None:
    line = ScriptedLine((ModelReported("gpt-4o-2024"), Failed(LIMITED)), HELLO)
    session = talking(line, SECOND)
    answer = await answered(session)
    message = session.conversation.path[-1]
    assert (message.text, answer.outcome) == ("Hello", "complete")
    assert (answer.requested, answer.asked, answer.provider, answer.model) == (FIRST, SECOND, "groq", "")
    assert answer.detours == (Detour("fallback", FIRST, LIMITED, SECOND),)
    assert turns(message) == (f"answered by {SECOND}: {FIRST} was rate-limited (429)",)
    assert asked(line) == [FIRST, SECOND]
    assert line.closed == 2


async def test_it_is_kept_with_the_turns_it_took() -> None:
    keeper = RememberingKeeper()
    line = ScriptedLine((Failed(LIMITED),), HELLO)
    session = Sessions(means(line, keeper, (SECOND,))).new(FIRST)
    await answered(session)
    assert keeper.conversations[session.id].path == session.conversation.path


async def test_if_all_fail_each_is_named() -> None:
    line = ScriptedLine((Failed(LIMITED),), (Failed(DOWN),))
    session = talking(line, SECOND)
    assert (await answered(session)).outcome == "failed"
    first, last = failures(session.conversation.path[-1])
    assert first == f"{FIRST} was rate-limited (429)"
    assert last.startswith(f"{SECOND}: 503 from api.groq.com: it is down")


async def test_after_the_first_word_nobody_else_is_asked() -> None:
    line = ScriptedLine((TextDelta("Half"), Failed(DOWN)), HELLO)
    session = talking(line, SECOND)
    assert (await answered(session)).outcome == "truncated"
    assert asked(line) == [FIRST]


@pytest.mark.parametrize("kind", ["bad_request", "refused", "bug"])
async def test_what_another_would_say_too_is_said_at_once(kind: FailureKind) -> None:
    line = ScriptedLine((Failed(Failure(kind, "no")),), HELLO)
    assert (await answered(talking(line, SECOND))).outcome == "failed"
    assert asked(line) == [FIRST]


@pytest.mark.parametrize(
    "kind",
    [
        *("auth", "credit", "not_found", "rate_limit", "context", "server", "connection"),
        *("timeout", "empty", "configuration", "cut"),
    ],
)
async def test_what_another_may_cure_leads_to_it(kind: FailureKind) -> None:
    line = ScriptedLine((Failed(Failure(kind, "no")),), HELLO)
    assert (await answered(talking(line, SECOND))).outcome == "complete"


async def test_a_conversation_has_a_chain_of_its_own_or_none_at_all() -> None:
    line = ScriptedLine((Failed(DOWN),), HELLO, (Failed(DOWN),))
    session = talking(line, SECOND)
    session.fall_back_on((THIRD, FIRST))
    await answered(session)
    session.fall_back_on(("none",))
    assert (await answered(session)).outcome == "failed"
    assert asked(line) == [FIRST, THIRD, FIRST]
    session.fall_back_on(())
    assert session.chain == (SECOND,)


async def test_a_provider_that_failed_is_passed_over_until_it_is_chosen_by_hand() -> None:
    line = ScriptedLine((Failed(LIMITED),), HELLO, HELLO, HELLO)
    session = talking(line, SECOND)
    await answered(session)
    assert (await answered(session)).detours == (Detour("fallback", FIRST, LIMITED, SECOND),)
    assert asked(line) == [FIRST, SECOND, SECOND]
    session.choose_model(FIRST)
    assert (await answered(session)).detours == ()
    assert asked(line)[3:] == [FIRST]


async def test_a_provider_that_cools_down_is_asked_where_there_is_no_other() -> None:
    line = ScriptedLine((Failed(LIMITED),), (Failed(DOWN),), HELLO)
    session = talking(line, SECOND)
    await answered(session)
    assert (await answered(session)).detours == ()
    assert asked(line) == [FIRST, SECOND, FIRST]
    # It has answered: only the other one cools down still.
    assert list(session.means.cooling.now) == ["groq"]


def test_a_provider_cools_down_for_as_long_as_it_says() -> None:
    now = [0.0]
    cooling = Cooling(lambda: now[0])
    cooling.failed("openai", replace(LIMITED, retry_after=5.0))
    cooling.failed("groq", DOWN)
    cooling.failed("xai", Failure("not_found", "no such model"))
    assert {name: seconds for name, (_, seconds) in cooling.now.items()} == {"openai": 5.0, "groq": 60.0}
    now[0] = 10.0
    assert (cooling.of("openai"), cooling.of("groq")) == (None, DOWN)
    cooling.warm("groq")
    assert cooling.now == {}


async def test_a_provider_that_routes_is_told_the_whole_chain_at_once() -> None:
    line = ScriptedLine((ModelReported("x-ai/grok-4"), *HELLO))
    chain = ("openrouter/x-ai/grok-4", "openrouter/b")
    session = talking(line, *chain, model="openrouter/google/gemini", routes=("openrouter",))
    assert (await answered(session)).detours == ()
    (request,) = line.requests
    assert (request.model.model, request.fallbacks) == ("google/gemini", ("x-ai/grok-4", "b"))


async def test_a_router_takes_three_models_at_a_time() -> None:
    line = ScriptedLine((Failed(LIMITED),), HELLO)
    chain = tuple(f"openrouter/{name}" for name in "bcd")
    session = talking(line, *chain, model="openrouter/a", routes=("openrouter",))
    await answered(session)
    assert [(request.model.model, request.fallbacks) for request in line.requests] == [
        ("a", ("b", "c")),
        ("d", ()),
    ]


async def test_a_mixed_chain_is_ours_to_walk() -> None:
    line = ScriptedLine(HELLO)
    session = talking(line, SECOND, model="openrouter/a", routes=("openrouter",))
    await answered(session)
    assert line.requests[0].fallbacks == ()


async def test_usage_of_one_that_failed_is_not_that_of_the_one_that_answers() -> None:
    line = ScriptedLine((UsageReported(Usage(9, 9)), Failed(DOWN)), HELLO)
    answer = await answered(talking(line, SECOND))
    assert answer.usage is not None
    assert answer.usage.estimated


async def test_stopping_while_it_waits_asks_nobody_else() -> None:
    line = ScriptedLine((Waiting("retry", 3.0, LIMITED, 1, 2), asyncio.Event()), HELLO)
    session = talking(line, SECOND)
    waiting = asyncio.Event()
    session.listen(lambda change: waiting.set() if isinstance(change, Said) else None)
    session.ask("Hi")
    await waiting.wait()
    assert session.live is not None
    assert session.live.answer is not None
    assert session.live.answer.waiting is not None
    assert session.silence.seconds == 0.0
    session.stop()
    await session.idle()
    assert asked(line) == [FIRST]
    assert line.closed == 1


async def test_silence_counts_from_the_last_thing_that_was_heard() -> None:
    line = ScriptedLine((Waiting("answer", 120.0), TextDelta("Half"), asyncio.Event()))
    session = talking(line)
    session.ask("Hi")
    await until_said(session, "Half")
    assert session.silence.spoken
    assert session.silence.seconds > 0
    session.stop()
    await session.idle()
