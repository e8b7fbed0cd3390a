"""What each event makes of a message."""

from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.detour import Detour
from llmtui.chat.events import (
    Delta,
    Detoured,
    Done,
    Event,
    Failed,
    ModelReported,
    ReasoningDelta,
    Stopped,
    TextDelta,
    ToolCallDelta,
    Unread,
    Usage,
    UsageReported,
)
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.parts import Reasoning, Text, ToolCall

ARRIVING = Message("m", "assistant", answer=Answer("openai/gpt"))
DOWN = Failure("server", "it is down", where="api.example.com", status=503, hint="Try later.")


def folded(*events: Event) -> Message:
    message = ARRIVING
    for at, event in enumerate(events):
        message = after(message, event, float(at))
    return message


def test_text_grows_in_one_part() -> None:
    assert folded(TextDelta("Hel"), TextDelta("lo")).parts == (Text("Hello"),)


def test_reasoning_knows_when_it_began_and_ended_and_keeps_its_signature() -> None:
    message = folded(ReasoningDelta("a"), ReasoningDelta("b"), ReasoningDelta("", "sig"), TextDelta("c"))
    assert message.parts == (Reasoning("ab", began=0.0, ended=2.0, signature="sig"), Text("c"))
    assert (message.text, message.reasoning) == ("c", "ab")


def test_thinking_again_after_words_is_another_part() -> None:
    kinds = [part.kind for part in folded(ReasoningDelta("a"), TextDelta("b"), ReasoningDelta("c")).parts]
    assert kinds == ["reasoning", "text", "reasoning"]


def test_tool_calls_arrive_in_pieces_and_side_by_side() -> None:
    message = folded(
        ToolCallDelta(0, "one", "get", '{"a"'),
        ToolCallDelta(1, "two", "set", "{"),
        ToolCallDelta(0, arguments=":1}"),
        ToolCallDelta(1, arguments="}"),
    )
    assert message.parts == (ToolCall("one", "get", '{"a":1}'), ToolCall("two", "set", "{}"))


def test_the_newest_usage_replaces_the_one_before() -> None:
    answer = folded(UsageReported(Usage(output=1)), UsageReported(Usage(output=2))).answer
    assert answer is not None
    assert answer.usage == Usage(output=2)


def test_the_model_that_answers_is_noted_beside_the_one_asked_for() -> None:
    answer = folded(ModelReported("gpt-4o-2024", by="Azure")).answer
    assert answer is not None
    assert (answer.requested, answer.model, answer.by) == ("openai/gpt", "gpt-4o-2024", "Azure")


def test_a_failure_before_any_word_is_failed_and_after_one_truncated() -> None:
    failed = folded(Failed(DOWN)).answer
    assert failed is not None
    assert (failed.outcome, failed.error) == ("failed", DOWN)
    cut = folded(TextDelta("Half"), Failed(DOWN))
    assert cut.answer is not None
    assert (cut.answer.outcome, cut.text) == ("truncated", "Half")


def test_the_times_are_to_the_first_token_and_to_the_ending() -> None:
    answer = folded(ModelReported("m"), TextDelta("a"), TextDelta("b"), Done("stop")).answer
    assert answer is not None
    assert (answer.timing.first_token, answer.timing.total) == (1.0, 3.0)
    assert (answer.outcome, answer.finish_reason) == ("complete", "stop")


def test_an_ended_message_does_not_change_any_more() -> None:
    stopped = folded(TextDelta("a"), Stopped())
    assert after(stopped, TextDelta("b")) is stopped
    question = Message("q", "user", (Text("hi"),))
    assert after(question, TextDelta("b")) is question


def test_a_fallback_forgets_what_the_one_that_failed_told_of_itself() -> None:
    turn = Detour("fallback", "openai/gpt-4o", DOWN, "groq/openai/gpt-oss")
    told = (ModelReported("gpt-4o", "host"), UsageReported(Usage(1)), Unread("delta is a number"))
    answer = folded(*told, Detoured(turn)).answer
    assert answer is not None
    assert answer.unread == 0
    assert (answer.provider, answer.model, answer.by, answer.usage) == ("groq", "", "", None)
    assert answer.asked == "groq/openai/gpt-oss"
    assert answer.detours == (turn,)


def test_other_detours_leave_the_model_as_it_was() -> None:
    answer = folded(ModelReported("m"), Detoured(Detour("without", "p/m", DOWN, "top_k"))).answer
    assert answer is not None
    assert (answer.model, answer.asked) == ("m", answer.requested)


def test_a_failure_speaks_in_one_or_two_sentences() -> None:
    assert DOWN.message == "503 from api.example.com: it is down. Try later."
    assert Failure("cut", "it ended too soon").message == "It ended too soon."


pieces = st.one_of(
    st.builds(TextDelta, st.text(max_size=5)), st.builds(ReasoningDelta, st.text(max_size=5), st.none())
)


@given(st.lists(pieces))
def test_no_word_is_lost_or_doubled(deltas: list[Delta]) -> None:
    message = folded(*deltas)
    assert message.text == "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))
    assert message.reasoning == "".join(delta.text for delta in deltas if isinstance(delta, ReasoningDelta))
