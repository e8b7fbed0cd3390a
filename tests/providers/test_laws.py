"""What holds for every dialect, whoever wrote it: each is found by itself and tried with its recordings."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmtui.chat.events import (
    Done,
    Event,
    Failed,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    ToolCallDelta,
    Unread,
)
from llmtui.providers.dialect import Frame
from tests.providers.mutants import Mutant, mutants
from tests.providers.replay import (
    DIALECTS,
    END_MARKS,
    Recording,
    card_for,
    corpus,
    decoded,
    endings,
    folded,
    framed,
    played,
    recordings,
    replayed,
    spoken,
)

RECORDINGS = recordings()
EACH = pytest.mark.parametrize(
    "recording", RECORDINGS, ids=lambda recording: f"{recording.dialect}/{recording.name}"
)

# Where there is a corpus, the laws that cost most are tried on that too, but on samples.
EVERY = pytest.mark.parametrize(
    "recording",
    [*RECORDINGS, *corpus()],
    ids=lambda recording: f"{recording.dialect}/{recording.name}",
)

_MOST_MUTANTS, _MOST_MUTANTS_OF_THE_CORPUS = 3000, 60
_MOST_CUTS, _MOST_CUTS_OF_THE_CORPUS = 1500, 30

_ARGUMENTS = ("input", "args", "arguments")


@EACH
@settings(max_examples=25)
@given(data=st.data())
def test_any_chunking_gives_the_same_events(recording: Recording, data: st.DataObject) -> None:
    body = recording.body
    cuts = sorted(data.draw(st.sets(st.integers(0, len(body)), max_size=40)))
    pieces = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert played(recording, *pieces) == played(recording)


@EACH
def test_byte_by_byte_gives_the_same_events(recording: Recording) -> None:
    body = recording.body
    pieces = [body[at : at + 1] for at in range(len(body))]
    assert played(recording, *pieces) == played(recording)


@EVERY
def test_a_cut_at_any_byte_has_one_ending_and_is_complete_only_if_nothing_was_lost(
    recording: Recording,
) -> None:
    whole = folded(played(recording))
    mark = END_MARKS.get(recording.dialect)
    for cut in _cuts(recording):
        kept = recording.body[:cut]
        events = played(recording, kept)
        assert len(endings(events)) == 1
        assert events[-1] in endings(events)
        if isinstance(events[-1], Done):
            assert folded(events).parts == whole.parts
            assert mark.search(kept) if mark else events[-1].finish_reason


@EACH
def test_nothing_is_said_after_an_ending(recording: Recording) -> None:
    found = framed(recording.framing, recording.body)
    decoder = spoken(recording.dialect).decoder(card_for(recording.dialect))
    events = [event for frame in found * 2 for event in decoder.feed(frame)]
    events += [*decoder.end(), *decoder.end()]
    assert len(endings(events)) == 1
    assert events[-1] in endings(events)


@EACH
def test_unknown_fields_are_passed_over(recording: Recording) -> None:
    found = framed(recording.framing, recording.body)
    strange = [Frame(_with_unknown(frame.data), frame.event) for frame in found]
    events = [_without_detail(event) for event in decoded(recording.dialect, strange)]
    assert events == [_without_detail(event) for event in decoded(recording.dialect, found)]


@EACH
def test_unknown_kinds_of_events_are_passed_over(recording: Recording) -> None:
    found = framed(recording.framing, recording.body)
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


@EVERY
def test_whatever_one_place_of_a_stream_holds_there_is_one_ending_and_every_event_is_well_typed(
    recording: Recording,
) -> None:
    found, changed = _frames(recording)
    for mutant in changed:
        events = [event for _, event in _told(recording, found, mutant)]
        assert len(endings(events)) == 1, mutant
        assert events[-1] in endings(events), mutant
        assert all(_well_typed(event) for event in events), mutant


@EVERY
def test_whatever_one_piece_of_a_stream_holds_the_words_of_all_others_are_there_in_order(
    recording: Recording,
) -> None:
    found, changed = _frames(recording)
    plain = _told(recording, found)
    for mutant in changed:
        said = _Said.of(_told(recording, found, mutant))
        # An ending ends; but one that another piece made must not come before all was said.
        last = len(plain) if said.done and said.ended != mutant.number else said.ended
        for number, words, strict in _spoken_in(plain):
            if number >= last or number == mutant.number:
                continue
            # Arguments may have been put together of what came in many frames, the changed one among them.
            if strict or (not said.flagged and number < len(found) and _stands_in(words, found[number])):
                assert said.has(words), f"{words!r} of frame {number} is lost with {mutant}"


@EVERY
def test_words_lost_to_a_wrong_type_are_an_error_or_flagged(recording: Recording) -> None:
    found, changed = _frames(recording)
    plain = _told(recording, found)
    for mutant in changed:
        told = _told(recording, found, mutant)
        said = _Said.of(told)
        if mutant.kind != "retyped" or not said.done or said.flagged or said.ended == mutant.number:
            continue
        if any("?" in words for number, words, _ in _spoken_in(told) if number == mutant.number):
            # It was read, as what it now is.
            continue
        for number, words, _ in _spoken_in(plain):
            assert said.has(words), f"{words!r} of frame {number} is silently lost with {mutant}"


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=200)
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
    body = recording.body
    words = [word for word in _words(played(recording)) if word.strip() and word.isascii()]
    # Only what the provider spells as Python's json does can be found in the body.
    spelled = [spelling for word in words if (spelling := json.dumps(word).encode()) in body]
    if not spelled:
        pytest.skip("it says nothing that could be broken")
    wanted = spelled[-1]
    for broken, seen in ((b"\\ud83d", 1), (b"\\ude00\\ud83d", 2), (b"\xff", 1), (b"\xe2\x82", 1)):
        changed = body.replace(wanted, wanted[:-1] + broken + b'"')
        text = "".join(_words(played(recording, changed)))
        assert text.count("\ufffd") >= seen
        text.encode()


def _with_unknown(data: str) -> str:
    """The same JSON with a field that nobody knows in every object."""
    if not data.startswith("{"):
        return data

    def strange(value: Any) -> Any:
        if isinstance(value, dict):
            # What a model writes for a tool has no fields that could be unknown.
            kept = {key: item if key in _ARGUMENTS else strange(item) for key, item in value.items()}
            return {"llmtui_unknown": {"deep": [1]}, **kept}
        return [strange(item) for item in value] if isinstance(value, list) else value

    return json.dumps(strange(json.loads(data)))


def _without_detail(event: Event) -> Event:
    """The event without what the other side wrote, in which the strange fields may be seen."""
    return replace(event, failure=replace(event.failure, detail="")) if isinstance(event, Failed) else event


def _cuts(recording: Recording) -> range:
    """Every place of a short body, and evenly spread ones of a long one."""
    most = _MOST_CUTS_OF_THE_CORPUS if recording.corpus else _MOST_CUTS
    return range(0, len(recording.body), 1 + len(recording.body) // most)


@dataclass
class _Said:
    """What a changed stream said, being read from its start; `ended` is the frame that ended it."""

    words: str
    done: bool
    flagged: bool
    ended: int
    at: int = 0

    @classmethod
    def of(cls, told: list[tuple[int, Event]]) -> "_Said":
        """What these events said."""
        events = [event for _, event in told]
        return cls(
            "".join(words for _, words, _ in _spoken_in(told)),
            isinstance(events[-1], Done),
            any(isinstance(event, Unread) for event in events),
            told[-1][0],
        )

    def has(self, words: str) -> bool:
        """Whether these words come next, whatever is between."""
        found = self.words.find(words, self.at)
        if found >= 0:
            self.at = found + len(words)
        return found >= 0


def _frames(recording: Recording) -> tuple[list[Frame], list[Mutant]]:
    """The frames of a recording, and what they are to be tried with."""
    found = framed(recording.framing, recording.body)
    most = _MOST_MUTANTS_OF_THE_CORPUS if recording.corpus else _MOST_MUTANTS
    return found, mutants(found, most, recording.name)


def _told(recording: Recording, found: list[Frame], mutant: Mutant | None = None) -> list[tuple[int, Event]]:
    """The events of these frames, one of them changed, each with the number of the frame it came with."""
    if mutant is not None:
        found = [*found[: mutant.number], mutant.frame, *found[mutant.number + 1 :]]
    # What is held back to look for a tag comes with a later frame than its own.
    decoder = spoken(recording.dialect).decoder(card_for(recording.dialect, inline_thinking=False))
    told = [(number, event) for number, frame in enumerate(found) for event in decoder.feed(frame)]
    return told + [(len(found), event) for event in decoder.end()]


def _stands_in(words: str, frame: Frame) -> bool:
    """Whether a frame says these words as they are, in one of its strings."""

    def strings(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                yield from strings(item)

    return any(words in text for text in strings(json.loads(frame.data)))


def _spoken_in(told: list[tuple[int, Event]]) -> list[tuple[int, str, bool]]:
    """The words, each with the number of its frame; and whether they must never be lost, flagged or not."""
    found = []
    for number, event in told:
        match event:
            case TextDelta(text) | RefusalDelta(text) | ReasoningDelta(text) if text:
                found.append((number, text, True))
            case ToolCallDelta(name=name, arguments=arguments):
                # `{}` is what no arguments at all are made.
                found += [(number, word, False) for word in (name, arguments) if word not in ("", "{}")]
            case _:
                pass
    return found


def _words(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, TextDelta | ReasoningDelta | RefusalDelta)]


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
