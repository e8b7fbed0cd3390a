"""Recorded streams give the words, thoughts, calls, counts and endings that are in them."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.providers.replay import (
    DIALECTS,
    RECORDINGS,
    Recording,
    folded,
    played,
    recordings,
    replayed,
    summary,
)

SHARED = Path(os.environ.get("LLMTUI_SHARED", "")) / "corpus" if os.environ.get("LLMTUI_SHARED") else None


@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: recording.name)
def test_a_recording_says_what_is_written_beside_it(recording: Recording) -> None:
    message = folded(played(recording))
    assert summary(message) == recording.expected


def test_every_dialect_has_recordings() -> None:
    assert {recording.dialect for recording in recordings()} == set(DIALECTS)


def test_every_recording_has_its_expectation_beside_it() -> None:
    bodies = [path for path in RECORDINGS.glob("*/*") if path.suffix != ".json"]
    assert len(recordings()) == len(bodies)


def _corpus() -> list[tuple[str, str]]:
    if SHARED is None:
        return []
    with (SHARED / "INDEX.tsv").open(encoding="utf-8") as index:
        rows = list(csv.DictReader(index, delimiter="\t"))
    return [(row["dialect"], row["file"]) for row in rows if row["dialect"] in DIALECTS]


@pytest.mark.skipif(SHARED is None, reason="LLMTUI_SHARED is not set: no corpus of recorded streams here")
@pytest.mark.parametrize(("dialect", "file"), _corpus(), ids=lambda value: str(value).rpartition("/")[2])
def test_what_providers_really_sent_is_read_rightly(dialect: str, file: str) -> None:
    assert SHARED is not None
    path = SHARED / "streams" / file
    expected = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))
    message = folded(replayed(dialect, path.read_bytes()))
    found = summary(message)
    assert found["text"] == expected.get("text_without_think", expected["text"])
    if "message_delta.stop_details" not in expected["quirks"]:
        # Anthropic explains a refusal in `stop_details.explanation`, which the expectations leave out.
        assert found.get("refusal", "") == expected["refusal"]
    assert found["reasoning"] == expected["reasoning"] + expected.get("inline_think", "")
    assert found["tool_calls"] == [
        {field: call[field] or "" for field in ("id", "name", "arguments")} for call in expected["tool_calls"]
    ]
    assert found["finish_reason"] == (expected["finish_reason"] or "")
    assert found["model"] == (expected["model"] or "")
    assert (found["error"] is not None) == (expected["error"] is not None)
    assert _comparable(found["usage"]) == _comparable(expected["usage"])
    if expected["usage"] and "cache_write" in expected["usage"]:
        assert message.answer is not None
        assert message.answer.usage is not None
        assert message.answer.usage.cache_written == expected["usage"]["cache_write"]


def _comparable(usage: dict[str, Any] | None) -> dict[str, Any] | None:
    beside = ("cost", "cache_write")
    return {key: value for key, value in usage.items() if key not in beside} if usage else None
