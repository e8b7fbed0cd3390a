"""What holds for every dialect, whoever wrote it: each is found by itself and tried with its recordings."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmtui.chat.events import Done, Event, Failed, ReasoningDelta, TextDelta, ToolCallDelta
from llmtui.providers.dialect import Frame
from tests.providers.replay import (
    DIALECTS,
    Recording,
    card_for,
    decoded,
    endings,
    folded,
    framed,
    recordings,
    replayed,
    spoken,
)

RECORDINGS = recordings()
EACH = pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)

STRANGE: list[object] = [None, "", "?", 0, -1, 1.5, True, [], [None], ["?"], {}, {"?": None}, [[[]]], 10**30]


@EACH
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_chunking_gives_the_same_events(recording: Recording, data: st.DataObject) -> None:
    body = recording.body
    cuts = sorted(data.draw(st.sets(st.integers(0, len(body)), max_size=40)))
    pieces = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert replayed(recording.dialect, *pieces) == replayed(recording.dialect, body)


@EACH
def test_byte_by_byte_gives_the_same_events(recording: Recording) -> None:
    body = recording.body
    pieces = [body[at : at + 1] for at in range(len(body))]
    assert replayed(recording.dialect, *pieces) == replayed(recording.dialect, body)


@EACH
def test_a_cut_at_any_byte_has_one_ending_and_is_complete_only_if_nothing_was_lost(
    recording: Recording,
) -> None:
    whole = folded(replayed(recording.dialect, recording.body))
    for cut in range(len(recording.body)):
        events = replayed(recording.dialect, recording.body[:cut])
        assert len(endings(events)) == 1
        assert events[-1] in endings(events)
        if isinstance(events[-1], Done):
            assert folded(events).parts == whole.parts
            assert events[-1].finish_reason or b"[DONE]" in recording.body[:cut]


@EACH
def test_nothing_is_said_after_an_ending(recording: Recording) -> None:
    found = framed(recording.dialect, [recording.body])
    decoder = spoken(recording.dialect).decoder(card_for(recording.dialect))
    events = [event for frame in found * 2 for event in decoder.feed(frame)]
    events += [*decoder.end(), *decoder.end()]
    assert len(endings(events)) == 1
    assert events[-1] in endings(events)


@EACH
def test_unknown_fields_are_passed_over(recording: Recording) -> None:
    found = framed(recording.dialect, [recording.body])
    strange = [Frame(_with_unknown(frame.data), frame.event) for frame in found]
    events = [_without_detail(event) for event in decoded(recording.dialect, strange)]
    assert events == [_without_detail(event) for event in decoded(recording.dialect, found)]


@EACH
def test_unknown_kinds_of_events_are_passed_over(recording: Recording) -> None:
    found = framed(recording.dialect, [recording.body])
    strange = [
        Frame('{"type":"llmtui.unheard.of","object":"unheard.of","sequence_number":7}', "unheard.of"),
        Frame("{}"),
        Frame("[]"),
        Frame("null"),
        Frame("7"),
        Frame('"a word"'),
    ]
    mixed = [frame for each in found for frame in (*strange, each)]
    assert decoded(recording.dialect, mixed) == decoded(recording.dialect, found)


@EACH
def test_a_strange_value_at_any_path_is_survived(recording: Recording) -> None:
    found = framed(recording.dialect, [recording.body])
    for number, frame in enumerate(found):
        if not frame.data.startswith("{"):
            continue
        for changed in _mutants(json.loads(frame.data)):
            frames = [*found[:number], Frame(json.dumps(changed), frame.event), *found[number + 1 :]]
            events = decoded(recording.dialect, frames)
            assert len(endings(events)) == 1
            assert events[-1] in endings(events)
            assert all(_well_typed(event) for event in events)


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_have_exactly_one_ending(dialect: str, body: bytes) -> None:
    for pieces in ([body], [b"data: " + body + b"\n\n"], [b"data: {" + body + b"}\n\n"]):
        events = replayed(dialect, *pieces)
        assert len(endings(events)) == 1
        assert isinstance(events[-1], Failed)
    whole = spoken(dialect).whole(card_for(dialect), body)
    assert len(endings(whole)) == 1
    assert isinstance(whole[-1], Failed)


@EACH
def test_lone_surrogates_and_broken_bytes_become_replacement_characters(recording: Recording) -> None:
    words = _words(replayed(recording.dialect, recording.body))
    if not words or not words[-1].isascii() or not words[-1].strip():
        pytest.skip("it says nothing that could be broken")
    wanted = json.dumps(words[-1]).encode()
    for broken, seen in ((b"\\ud83d", 1), (b"\\ude00\\ud83d", 2), (b"\xff", 1), (b"\xe2\x82", 1)):
        body = recording.body.replace(wanted, wanted[:-1] + broken + b'"')
        text = "".join(_words(replayed(recording.dialect, body)))
        assert text.count("\ufffd") >= seen
        text.encode()


def _with_unknown(data: str) -> str:
    """The same JSON with a field that nobody knows in every object."""
    if not data.startswith("{"):
        return data

    def strange(value: Any) -> Any:
        if isinstance(value, dict):
            return {"llmtui_unknown": {"deep": [1]}, **{key: strange(item) for key, item in value.items()}}
        return [strange(item) for item in value] if isinstance(value, list) else value

    return json.dumps(strange(json.loads(data)))


def _without_detail(event: Event) -> Event:
    """The event without what the other side wrote, in which the strange fields may be seen."""
    return replace(event, failure=replace(event.failure, detail="")) if isinstance(event, Failed) else event


def _mutants(value: Any) -> Iterator[Any]:
    """The value with one thing in it dropped or replaced by something strange, for all things in it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield {other: kept for other, kept in value.items() if other != key}
            for strange in (*STRANGE, *_mutants(item)):
                yield {**value, key: strange}
    elif isinstance(value, list):
        yield value * 2
        for number, item in enumerate(value):
            for strange in (*STRANGE, *_mutants(item)):
                yield [*value[:number], strange, *value[number + 1 :]]


def _words(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, TextDelta | ReasoningDelta)]


def _well_typed(event: Event) -> bool:
    match event:
        case TextDelta(text):
            return type(text) is str and bool(text)
        case ReasoningDelta(text, signature):
            return type(text) is str and (signature is None or type(signature) is str)
        case ToolCallDelta(index, identity, name, arguments):
            return type(index) is int and all(type(word) is str for word in (identity, name, arguments))
        case _:
            return True
