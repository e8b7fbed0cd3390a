"""Going on with an answer that ended too soon, and leaving old turns out."""

import asyncio
from dataclasses import replace

import pytest

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Done, Event, Failed, ReasoningDelta, TextDelta, ToolCallDelta
from llmtui.chat.failure import Failure
from llmtui.chat.message import Message
from llmtui.chat.parts import Part, Reasoning, Refusal, Text, ToolCall
from llmtui.chat.request import GO_ON
from llmtui.engine.going_on import beginning
from llmtui.engine.session import Session
from llmtui.engine.sessions import Sessions
from llmtui.engine.trimming import first_sent, left_out
from tests.engine.scripted import RememberingKeeper, ScriptedLine, means, until_said

MODEL = "anthropic/claude"
CUT = Failed(Failure("cut", "the stream ended"))
HALF = (ReasoningDelta("Hm", "signed"), TextDelta("Half of "), CUT)


def talking(line: ScriptedLine, *prefills: str, fallbacks: tuple[str, ...] = ()) -> Session:
    return Sessions(means(line, RememberingKeeper(), fallbacks, prefills=prefills)).new(MODEL)


async def cut(session: Session) -> Message:
    session.ask("Tell me")
    await session.idle()
    return session.conversation.path[-1]


async def test_where_the_provider_takes_a_beginning_the_answer_goes_on_in_a_branch() -> None:
    line = ScriptedLine(HALF, (TextDelta(" it all"), Done("stop")))
    session = talking(line, "anthropic")
    old = await cut(session)
    assert session.go_on()
    await session.idle()

    new = session.conversation.path[-1]
    thought = old.parts[0]
    assert isinstance(thought, Reasoning)
    assert new.parts == (replace(thought, signature=None), Text("Half of it all"))
    assert new.answer is not None
    assert (new.answer.outcome, new.answer.continued) == ("complete", len("Half of"))
    assert new.new == (" it all", "")
    assert session.conversation.siblings(old.id) == (old.id, new.id)
    assert session.conversation.by_id[old.id] == old
    request = line.requests[1]
    assert request.continuing
    assert [message.text for message in request.messages] == ["Tell me", "Half of"]
    # The thought is handed back by whoever knows its provider.
    assert request.messages[-1].answer == old.answer
    assert request.messages[-1].parts == (thought, Text("Half of"))


async def test_a_proof_of_thought_stays_with_the_answer_that_its_provider_gave() -> None:
    sealed = (ReasoningDelta("Hm", "a proof"), ReasoningDelta("", "sealed"), TextDelta("Half"), CUT)
    line = ScriptedLine(sealed, (TextDelta(" more"), Done()), (TextDelta("Yes"), Done()))
    session = talking(line, "deepseek")
    await cut(session)
    session.choose_model("deepseek/chat")
    assert session.go_on()
    await session.idle()
    session.ask("And then?")
    await session.idle()
    _, answer, _ = line.requests[-1].messages
    assert answer.answer is not None
    assert answer.answer.provider == "deepseek"
    assert answer.text == "Half more"
    assert [part.signature for part in answer.parts if isinstance(part, Reasoning)] == [None]


async def test_elsewhere_the_model_is_asked_to_go_on_for_all_to_see() -> None:
    line = ScriptedLine(HALF, (TextDelta("it all"), Done("stop")))
    session = talking(line)
    await cut(session)
    assert session.go_on()
    await session.idle()
    assert [message.text for message in session.conversation.path] == [
        "Tell me",
        "Half of ",
        GO_ON,
        "it all",
    ]
    assert not line.requests[1].continuing


async def test_a_provider_that_refuses_a_beginning_after_all_is_asked_in_words() -> None:
    refusal = Failed(Failure("bad_request", "no prefill with thinking", status=400))
    line = ScriptedLine(HALF, (refusal,), (TextDelta(" it all"), Done("stop")))
    session = talking(line, "anthropic")
    await cut(session)
    session.go_on()
    await session.idle()
    new = session.conversation.path[-1]
    assert new.text == "Half of it all"
    assert new.answer is not None
    assert [(turn.kind, turn.what) for turn in new.answer.detours] == [("without", "prefill")]
    assert [message.text for message in line.requests[2].messages][1:] == ["Half of", GO_ON]
    assert not line.requests[2].continuing


async def test_only_those_who_take_a_beginning_are_fallen_back_on() -> None:
    down = Failed(Failure("server", "down", status=503))
    line = ScriptedLine(HALF, (down,), (TextDelta("!"), Done()))
    session = talking(line, "anthropic", "deepseek", fallbacks=("openai/gpt", "deepseek/chat"))
    await cut(session)
    session.go_on()
    await session.idle()
    assert [str(request.model) for request in line.requests[1:]] == [MODEL, "deepseek/chat"]


async def test_the_tokens_of_the_beginning_are_not_counted_again() -> None:
    line = ScriptedLine((TextDelta("one two three four five"), CUT), (TextDelta(" six"), Done()))
    session = talking(line, "anthropic")
    await cut(session)
    session.go_on()
    await session.idle()
    answer = session.conversation.path[-1].answer
    assert answer is not None
    assert answer.usage is not None
    assert answer.usage.output == 1


@pytest.mark.parametrize(
    ("parts", "left"),
    [
        ((Text("Half "),), (Text("Half"),)),
        ((Reasoning("Hm"),), ()),
        ((Text("Half"), Reasoning("Hm")), (Text("Half"),)),
        ((Reasoning("Hm"), Text("\n\n")), ()),
        ((Text("I will call"), ToolCall("1", "run", '{"a')), ()),
        ((Text("Half"), Refusal("No.")), ()),
        ((), ()),
    ],
)
def test_only_words_can_be_gone_on_with(parts: tuple[Part, ...], left: tuple[Part, ...]) -> None:
    assert beginning(Message("a", "assistant", parts)) == left


@pytest.mark.parametrize(
    ("events", "possible"),
    [
        ((TextDelta("Half"), CUT), True),
        ((TextDelta("Half"), Done("length")), True),
        ((TextDelta("Half"), Done("max_tokens")), True),
        ((TextDelta("Half"), Done("MAX_TOKENS")), True),
        ((TextDelta("Whole"), Done("stop")), False),
        ((ReasoningDelta("Hm"), CUT), False),
        ((ToolCallDelta(0, "1", "run"), CUT), False),
        ((CUT,), False),
    ],
)
async def test_an_answer_that_was_finished_is_not_gone_on_with(
    events: tuple[Event, ...], possible: bool
) -> None:
    session = talking(ScriptedLine(events, (Done(),)), "anthropic")
    await cut(session)
    assert session.go_on() is possible
    await session.idle()


async def test_a_stopped_answer_can_be_gone_on_with() -> None:
    line = ScriptedLine((TextDelta("Half"), asyncio.Event()), (TextDelta(" more"), Done()))
    session = talking(line, "anthropic")
    session.ask("Tell me")
    await until_said(session, "Half")
    assert not session.go_on()
    session.stop()
    await session.idle()
    assert session.go_on()
    await session.idle()
    assert session.conversation.path[-1].text == "Half more"


async def test_what_one_is_content_with_is_kept_so() -> None:
    keeper = RememberingKeeper()
    session = Sessions(means(ScriptedLine(HALF), keeper)).new(MODEL)
    old = await cut(session)
    assert session.accept()
    await asyncio.sleep(0)
    for conversation in (session.conversation, keeper.conversations[session.id]):
        answer = conversation.by_id[old.id].answer
        assert answer is not None
        assert answer.accepted
    assert session.conversation.head == old.id


def turns(count: int) -> Conversation:
    conversation = Conversation("c")
    for number in range(count):
        conversation = conversation.adding(Message(f"q{number}", "user", (Text("Why?"),), conversation.head))
        conversation = conversation.adding(
            Message(f"a{number}", "assistant", (Text("Because."),), conversation.head)
        )
    return conversation


def test_half_of_what_is_sent_is_left_out_and_never_the_newest_turn() -> None:
    assert first_sent(turns(4), None) == ("q2", 2)
    assert first_sent(turns(1), None) == ("", 0)
    assert first_sent(turns(4), 3) == ("q3", 3)
    assert first_sent(turns(4), 9) == ("q3", 3)
    assert first_sent(turns(4), 0) == ("", 0)


async def test_trimming_leaves_out_what_is_sent_and_nothing_of_what_is_kept() -> None:
    hello = (TextDelta("Hello"), Done())
    line, keeper = ScriptedLine(*[hello] * 4), RememberingKeeper()
    session = Sessions(means(line, keeper)).new(MODEL)
    for question in ("One", "Two", "Three"):
        session.ask(question)
        await session.idle()
    assert session.trim(2) == 2
    session.ask("Four")
    await session.idle()
    assert [message.text for message in line.requests[3].messages] == ["Three", "Hello", "Four"]
    assert len(session.conversation.path) == 8
    assert left_out(session.conversation) == 2
    assert keeper.conversations[session.id].sent_from == session.conversation.sent_from
    assert session.trim(0) == 0
    assert session.conversation.sent == session.conversation.path


async def test_the_model_that_was_fallen_back_on_goes_on_with_its_own_words() -> None:
    down = Failed(Failure("server", "down", status=503))
    line = ScriptedLine((down,), (TextDelta("Half"), CUT), (TextDelta("!"), Done()))
    session = talking(line, "deepseek", fallbacks=("deepseek/chat",))
    await cut(session)
    assert session.go_on()
    await session.idle()
    assert str(line.requests[2].model) == "deepseek/chat"
    assert line.requests[2].continuing
    assert session.conversation.model == MODEL
    assert session.conversation.path[-1].text == "Half!"
