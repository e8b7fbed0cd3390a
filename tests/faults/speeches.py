"""The same short answer as each of the six dialects streams it, says it whole, and fails to."""

import json
from collections.abc import Mapping

from tests.faults.speech import Speech
from tests.faults.speech import event as framed

THOUGHT = "Let me see."
WORDS = ("The sky", " is", " blue.")
MODEL = "the-model"
READ, MADE = 9, 6
TROUBLE = "Overloaded for now"


def _data(payload: object) -> bytes:
    return framed(json.dumps(payload))


def _chat(reasoning: str, spoken: tuple[str, ...]) -> Speech:
    text = "".join(spoken)

    def chunk(delta: object = None, finish: str | None = None, **more: object) -> bytes:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        return _data(
            {"id": "c", "object": "chat.completion.chunk", "model": MODEL, "choices": choices, **more}
        )

    usage = {"prompt_tokens": READ, "completion_tokens": MADE, "total_tokens": READ + MADE}
    message = {"role": "assistant", "content": text, "reasoning_content": reasoning}
    whole = {
        "id": "c",
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": usage,
    }
    return Speech(
        "openai-chat",
        reasoning,
        spoken,
        (chunk({"role": "assistant", "content": ""}),),
        (chunk({"reasoning_content": reasoning}),),
        tuple(chunk({"content": word}) for word in spoken),
        (chunk({}, "stop"), chunk(usage=usage), framed("[DONE]")),
        _data({"error": {"message": TROUBLE, "type": "server_error", "code": 529}}),
        json.dumps(whole).encode(),
        '{"error": {"message": "{}", "type": "some_error", "param": null, "code": null}}',
    )


def _completions(reasoning: str, spoken: tuple[str, ...]) -> Speech:
    text = "".join(spoken)

    def chunk(word: str | None = None, finish: str | None = None, **more: object) -> bytes:
        choices = [] if word is None else [{"index": 0, "text": word, "finish_reason": finish}]
        return _data({"id": "c", "object": "text_completion", "model": MODEL, "choices": choices, **more})

    usage = {"prompt_tokens": READ, "completion_tokens": MADE, "total_tokens": READ + MADE}
    whole = {
        "id": "c",
        "object": "text_completion",
        "model": MODEL,
        "choices": [{"index": 0, "text": text, "finish_reason": "stop"}],
        "usage": usage,
    }
    return Speech(
        "openai-completions",
        "",
        spoken,
        (chunk(""),),
        (),
        tuple(chunk(word) for word in spoken),
        (chunk("", "stop"), chunk(usage=usage), framed("[DONE]")),
        _data({"error": {"message": TROUBLE, "type": "server_error", "code": 529}}),
        json.dumps(whole).encode(),
        '{"error": {"message": "{}", "type": "some_error", "param": null, "code": null}}',
    )


def _responses(reasoning: str, spoken: tuple[str, ...]) -> Speech:
    text = "".join(spoken)

    def event(kind: str, **more: object) -> bytes:
        return framed(json.dumps({"type": kind, **more}), kind)

    thinking = {"type": "reasoning", "id": "r", "summary": []}
    thought = {**thinking, "summary": [{"type": "summary_text", "text": reasoning}]}
    part = {"type": "output_text", "text": "", "annotations": []}
    speaking = {"type": "message", "id": "m", "role": "assistant", "status": "in_progress", "content": []}
    told = {**speaking, "status": "completed", "content": [{**part, "text": text}]}
    begun = {"id": "resp", "object": "response", "model": MODEL, "status": "in_progress", "output": []}
    ended = {
        **begun,
        "status": "completed",
        "output": [thought, told],
        "usage": {"input_tokens": READ, "output_tokens": MADE, "total_tokens": READ + MADE},
    }
    words = [
        event("response.output_text.delta", item_id="m", output_index=1, content_index=0, delta=word)
        for word in spoken
    ]
    words[0] = (
        event("response.output_item.added", output_index=1, item=speaking)
        + event("response.content_part.added", item_id="m", output_index=1, content_index=0, part=part)
        + words[0]
    )
    where = {"item_id": "r", "output_index": 0, "summary_index": 0}
    return Speech(
        "openai-responses",
        reasoning,
        spoken,
        (event("response.created", response=begun), event("response.in_progress", response=begun)),
        (
            event("response.output_item.added", output_index=0, item=thinking),
            event("response.reasoning_summary_text.delta", **where, delta=reasoning),
            event("response.output_item.done", output_index=0, item=thought),
        ),
        tuple(words),
        (
            event("response.output_text.done", item_id="m", output_index=1, content_index=0, text=text),
            event("response.output_item.done", output_index=1, item=told),
            event("response.completed", response=ended),
        ),
        event("error", error={"type": "server_error", "code": "server_is_overloaded", "message": TROUBLE}),
        json.dumps(ended).encode(),
        '{"error": {"message": "{}", "type": "some_error", "param": null, "code": null}}',
    )


def _anthropic(reasoning: str, spoken: tuple[str, ...]) -> Speech:
    text = "".join(spoken)

    def event(kind: str, **more: object) -> bytes:
        return framed(json.dumps({"type": kind, **more}), kind)

    def delta(index: int, **more: object) -> bytes:
        return event("content_block_delta", index=index, delta=more)

    begun: dict[str, object] = {
        "id": "msg",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": [],
        "stop_reason": None,
        "usage": {"input_tokens": READ, "output_tokens": 1},
    }
    whole = {
        **begun,
        "content": [
            {"type": "thinking", "thinking": reasoning, "signature": "c2ln"},
            {"type": "text", "text": text},
        ],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": READ, "output_tokens": MADE},
    }
    words = [delta(1, type="text_delta", text=word) for word in spoken]
    words[0] = event("content_block_start", index=1, content_block={"type": "text", "text": ""}) + words[0]
    thinking = {"type": "thinking", "thinking": "", "signature": ""}
    return Speech(
        "anthropic",
        reasoning,
        spoken,
        (event("message_start", message=begun), event("ping")),
        (
            event("content_block_start", index=0, content_block=thinking),
            delta(0, type="thinking_delta", thinking=reasoning),
            delta(0, type="signature_delta", signature="c2ln"),
            event("content_block_stop", index=0),
        ),
        tuple(words),
        (
            event("content_block_stop", index=1),
            event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": MADE}),
            event("message_stop"),
        ),
        event("error", error={"type": "overloaded_error", "message": TROUBLE}),
        json.dumps(whole).encode(),
        '{"type": "error", "error": {"type": "some_error", "message": "{}"}, "request_id": "req"}',
    )


def _gemini(reasoning: str, spoken: tuple[str, ...]) -> Speech:
    text = "".join(spoken)
    usage = {"promptTokenCount": READ, "candidatesTokenCount": MADE, "totalTokenCount": READ + MADE}

    def payload(*parts: object, finish: str = "") -> dict[str, object]:
        candidate: dict[str, object] = {"index": 0, "content": {"role": "model", "parts": parts}}
        ending = {"finishReason": finish} if finish else {}
        return {"candidates": [{**candidate, **ending}], "usageMetadata": usage, "modelVersion": MODEL}

    def chunk(content: object) -> bytes:
        return framed(json.dumps(content), end="\r\n")

    thought = {"text": reasoning, "thought": True}
    return Speech(
        "gemini",
        reasoning,
        spoken,
        (chunk({"usageMetadata": {"promptTokenCount": READ}, "modelVersion": MODEL}),),
        (chunk(payload(thought)),),
        tuple(chunk(payload({"text": word})) for word in spoken),
        (chunk(payload({"text": ""}, finish="STOP")),),
        chunk({"error": {"code": 503, "message": TROUBLE, "status": "UNAVAILABLE"}}),
        json.dumps(payload(thought, {"text": text}, finish="STOP")).encode(),
        '{"error": {"code": 0, "message": "{}", "status": "SOME_ERROR"}}',
    )


def _ollama(reasoning: str, spoken: tuple[str, ...]) -> Speech:
    text = "".join(spoken)

    def line(content: str = "", /, thinking: str = "", **more: object) -> dict[str, object]:
        message = {"role": "assistant", "content": content, **({"thinking": thinking} if thinking else {})}
        return {
            "model": MODEL,
            "created_at": "2026-11-21T12:00:00Z",
            "message": message,
            "done": False,
            **more,
        }

    def told(payload: object) -> bytes:
        return json.dumps(payload).encode() + b"\n"

    counts = {"prompt_eval_count": READ, "eval_count": MADE, "total_duration": 1_000_000}
    ending: dict[str, object] = {"done": True, "done_reason": "stop", **counts}
    return Speech(
        "ollama",
        reasoning,
        spoken,
        (told(line()),),
        (told(line(thinking=reasoning)),),
        tuple(told(line(word)) for word in spoken),
        (told({**line(), **ending}),),
        told({"error": TROUBLE}),
        json.dumps({**line(text, thinking=reasoning), **ending}).encode(),
        '{"error": "{}"}',
        content_type="application/x-ndjson",
    )


_MAKERS = (_chat, _responses, _completions, _anthropic, _gemini, _ollama)


def _each(reasoning: str, spoken: tuple[str, ...]) -> Mapping[str, Speech]:
    made = (make(reasoning, spoken) for make in _MAKERS)
    return {speech.dialect: speech for speech in made}


SPEECHES = _each(THOUGHT, WORDS)
SHORT_SPEECHES = _each("Hm.", ("Blue.",))
"""The shortest that have everything: for what is tried at every byte."""
