"""An answer cut at every byte, in each of the three ways in which a body can end too early."""

import pytest

from tests.faults.asking import Heard, ask, line_to, nothing_left_over
from tests.faults.faults import Ends
from tests.faults.speech import Speech
from tests.faults.speeches import SHORT_SPEECHES
from tests.wire.server import Close, LoopbackServer, Reply

ENDS: tuple[Ends, ...] = ("chunked", "length", "close")


def cut(speech: Speech, at: int, ends: Ends) -> Reply:
    headers = {**speech.headers, **({"content-length": str(len(speech.stream))} if ends == "length" else {})}
    return Reply(200, headers, [speech.stream[:at], Close()], ends)


@pytest.mark.parametrize("speech", SHORT_SPEECHES.values(), ids=SHORT_SPEECHES)
async def test_an_answer_cut_at_any_byte_keeps_what_was_said_and_is_never_complete(speech: Speech) -> None:
    async with (
        nothing_left_over(),
        LoopbackServer() as server,
        line_to(server.url, speech.dialect, retries=0) as line,
    ):
        for at in range(len(speech.stream)):
            server.will(cut(speech, at, ENDS[at % 3]))
            held = problem_of(await ask(line), speech, at)
            assert held == "", f"cut at byte {at} ({ENDS[at % 3]}), after {speech.stream[:at][-60:]!r}"


def problem_of(heard: Heard, speech: Speech, at: int) -> str:
    """What is wrong with the answer to a stream that was cut here; empty if nothing is."""
    said, thought = heard.message.text, heard.message.reasoning
    # What had come whole must be there; of what had not, nothing may be made up.
    if not (heard_of(speech, at) <= len(thought + said) and thought + said in speech.reasoning + speech.text):
        return f"it kept {thought!r} and {said!r}"
    match heard.answer.outcome:
        case "complete":
            return "" if said == speech.text and at > len(speech.said) else "it says that it is complete"
        case "truncated" | "failed" if heard.failure.kind in ("cut", "empty"):
            return ""
        case outcome:
            return f"it is {outcome}: {heard.failure}"


def heard_of(speech: Speech, at: int) -> int:
    """How many letters of thought and text had come whole by this byte."""
    letters, end = 0, len(speech.unopened)
    for number, frame in enumerate((*speech.thought, *speech.words)):
        end += len(frame)
        if end > at:
            break
        spoken = number - len(speech.thought)
        letters += len(speech.spoken[spoken]) if spoken >= 0 else 0
    thought = len(speech.unopened) + sum(map(len, speech.thought)) <= at
    return letters + (len(speech.reasoning) if thought else 0)
