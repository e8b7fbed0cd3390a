"""Response bodies of ten million bytes in every framing, and one event as large as may be."""

import json

from tests.wire.server import chunk, events

KINDS = (
    "usual events",
    "tiny events",
    "text and thought in turns",
    "one event",
    "arguments in pieces",
    "lines",
    "an array",
    "one object",
)


def _lines(text: str) -> bytes:
    line = {"model": "m", "created_at": "x", "message": {"role": "assistant", "content": text}, "done": False}
    return json.dumps(line).encode() + b"\n"


def _google(text: str, **more: object) -> bytes:
    candidate = {"content": {"parts": [{"text": text}], "role": "model"}, **more}
    return json.dumps({"candidates": [candidate], "modelVersion": "g"}, indent=2).encode()


def long_body(kind: str) -> tuple[str, bytes]:
    """The dialect, and a whole answer in it."""
    end = events(chunk(finish="stop"))
    match kind:
        case "usual events":
            one = events(chunk("word "), done=False)
            return "openai-chat", one * (10_000_000 // len(one)) + end
        case "tiny events":
            return "openai-chat", b'data:{"choices":[{"delta":{"content":"a"}}]}\n\n' * 190_000 + end
        case "text and thought in turns":
            fields = ("reasoning", "content")
            deltas = ({"choices": [{"delta": {field: "a"}}]} for field in fields)
            return "openai-chat", events(*deltas, done=False) * 95_000 + end
        case "one event":
            start = b'data: {"choices":[{"delta":{"content":"x"}\n'
            more = b"".join(b'data: ,"%d":"%s"\n' % (number, b"y" * 990_000) for number in range(8))
            return "openai-chat", start + more + b"data: }]}\n\n" + end
        case "arguments in pieces":
            delta = {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": "a "}}]}}]}
            return "openai-chat", events(delta, done=False) * 100_000 + end
        case "lines":
            done = b'{"model":"m","message":{"content":""},"done":true,"done_reason":"stop"}\n'
            return "ollama", _lines("word ") * (10_000_000 // len(_lines("word "))) + done
        case "an array":
            elements = [_google("word ")] * (10_000_000 // len(_google("word ")))
            return "gemini", b"[" + b",\n".join([*elements, _google("", finishReason="STOP")]) + b"]"
        case _:
            whole = {
                "choices": [{"index": 0, "message": {"content": "w " * 5_000_000}, "finish_reason": "stop"}]
            }
            return "openai-chat", json.dumps(whole).encode()
