"""Recorded streams give the words, thoughts, calls, counts and endings that are in them."""

import os
from pathlib import Path

import pytest

from llmtui.cli.decode import decoded, object_of
from tests.providers.replay import (
    DIALECTS,
    RECORDINGS,
    Recording,
    corpus,
    folded,
    played,
    recordings,
    summary,
)

SHARED = os.environ.get("LLMTUI_SHARED")
CORPUS = corpus()


def _error_bodies() -> list[Path]:
    return sorted(Path(SHARED, "corpus", "http_errors").glob("*/*")) if SHARED else []


@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: recording.name)
def test_a_recording_says_what_is_written_beside_it(recording: Recording) -> None:
    message = folded(played(recording))
    assert summary(message) == recording.expected


def test_every_dialect_has_recordings() -> None:
    assert {recording.dialect for recording in recordings()} == set(DIALECTS)


def test_every_recording_has_its_expectation_beside_it() -> None:
    bodies = [path for path in RECORDINGS.glob("*/*") if path.suffix != ".json"]
    assert len(recordings()) == len(bodies)


@pytest.mark.skipif(not CORPUS, reason="LLMTUI_SHARED is not set: no corpus of recorded streams here")
@pytest.mark.parametrize("recording", CORPUS, ids=lambda recording: recording.name)
def test_what_providers_really_sent_is_read_rightly(recording: Recording) -> None:
    message = decoded(recording.dialect, recording.body)
    told, expected = object_of(message), recording.expected
    # An inline `<think>` is thought here, where the expectations keep it in the text and split it beside.
    assert told["text"] == expected.get("text_without_think", expected["text"])
    assert told["reasoning"] == expected["reasoning"] + expected.get("inline_think", "")
    if "message_delta.stop_details" not in expected["quirks"]:
        # Anthropic explains a refusal in `stop_details.explanation`, which the expectations leave out.
        assert told.get("refusal", "") == expected["refusal"]
    assert told["tool_calls"] == [
        {field: call[field] for field in ("id", "name", "arguments")} for call in expected["tool_calls"]
    ]
    assert told["finish_reason"] == expected["finish_reason"]
    assert told["model"] == expected["model"]
    assert (told["error"] is not None) == (expected["error"] is not None)
    for count in expected["usage"] or ("input", "output", "reasoning", "cached", "total"):
        assert told["usage"].get(count) == (expected["usage"] or {}).get(count), count


@pytest.mark.skipif(not SHARED, reason="LLMTUI_SHARED is not set: no corpus of error bodies here")
@pytest.mark.parametrize("path", _error_bodies(), ids=lambda path: path.name)
def test_the_body_of_an_error_is_a_failure_in_its_own_words(path: Path) -> None:
    spoken = {"anthropic": "anthropic", "google": "gemini", "google-vertex": "gemini", "ollama": "ollama"}
    answer = decoded(spoken.get(path.parent.name, "openai-chat"), path.read_bytes()).answer
    assert answer is not None
    assert answer.outcome == "failed"
    assert answer.error is not None
    assert answer.error.kind not in ("cut", "protocol", "empty", "bug")
    assert len(answer.error.what) > 10
