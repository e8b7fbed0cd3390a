"""Requests in Ollama's own format: messages with their pictures and tools, and the options of the model."""

from base64 import b64encode
from collections.abc import Iterable, Sequence

from llmtui.chat.conversation import Effort, Sampling
from llmtui.chat.message import Message
from llmtui.chat.parts import File, Image, Part, ToolCall, ToolResult
from llmtui.chat.request import GO_ON, Request
from llmtui.providers.card import Card
from llmtui.providers.openai_completions import prompt_of
from llmtui.providers.payload import json_bytes, parse
from llmtui.providers.replaying import is_from

Said = dict[str, object]

# What Ollama calls how hard to think. Most models only know whether or not; it reads a level as yes.
_LEVELS: dict[Effort, bool | str] = {
    "none": False,
    "minimal": "low",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
    "max": "max",
}


def chat_body(card: Card, request: Request) -> bytes:
    """The JSON body of a chat request."""
    body: Said = {"model": request.model.model, "messages": messages_of(card, request)}
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": dict(tool.parameters),
                },
            }
            for tool in request.tools
        ]
    return json_bytes(body | _wishes(request))


def generate_body(request: Request) -> bytes:
    """The JSON body of a generate request: the conversation as one prompt, its pictures beside it."""
    body: Said = {"model": request.model.model, "prompt": prompt_of(request)}
    if pictures := [picture for message in request.messages for picture in _pictures(message.parts)]:
        body["images"] = pictures
    return json_bytes(body | _wishes(request))


def messages_of(card: Card, request: Request) -> list[Said]:
    """The conversation, the system prompt first."""
    found: list[Said] = []
    if request.system:
        found.append({"role": "system", "content": request.system})
    names = _names_of_calls(request.messages)
    asked = _last_question(request.messages)
    for number, message in enumerate(request.messages):
        if message.role == "assistant":
            # Between question and answer a model may think, call and think on; older thoughts are let go.
            thought = message.reasoning if number > asked and is_from(card, message) else ""
            found += _answer(message, thought)
        else:
            found += _results(message.parts, names)
            found += _question(message)
    if request.continuing and found and found[-1]["role"] == "assistant" and card.prefill == "none":
        found.append({"role": "user", "content": GO_ON})
    return found


def _wishes(request: Request) -> Said:
    """How the answer is wished for; nothing that nobody set, but that nothing be left out unseen.

    By its own choice Ollama drops the oldest messages, and in mid-answer the oldest words, when they are more
    than the model was loaded for, and says nothing of it.
    """
    wishes: Said = {"stream": request.stream, "truncate": False, "shift": False}
    sampling = request.sampling
    options = {
        "temperature": sampling.temperature,
        "num_predict": sampling.max_tokens,
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        "seed": sampling.seed,
        "stop": list(sampling.stop) or None,
    }
    if chosen := {option: value for option, value in options.items() if value is not None}:
        wishes["options"] = chosen
    think = _think(sampling)
    return wishes if think is None else wishes | {"think": think}


def _think(sampling: Sampling) -> bool | str | None:
    if sampling.effort is not None:
        return _LEVELS[sampling.effort]
    return None if sampling.thinking_tokens is None else sampling.thinking_tokens > 0


def _question(message: Message) -> list[Said]:
    texts = [message.text or message.refusal]
    texts += [_words_of(part) for part in message.parts if isinstance(part, File)]
    content = "\n\n".join(text for text in texts if text)
    pictures = _pictures(message.parts)
    if not content and not pictures:
        return []
    said: Said = {"role": message.role if message.role == "system" else "user", "content": content}
    return [said | {"images": pictures} if pictures else said]


def _words_of(file: File) -> str:
    """A file as words, which is all that Ollama takes: the model is told of one that has none."""
    try:
        text = file.data.decode("utf-8")
    except ValueError:
        return f"[{file.name}: a file of type {file.media_type}, which could not be sent along]"
    return f"{file.name}:\n\n{text}"


def _pictures(parts: Iterable[Part]) -> list[str]:
    return [b64encode(part.data).decode() for part in parts if isinstance(part, Image)]


def _answer(message: Message, thought: str) -> list[Said]:
    calls = [_call(part) for part in message.parts if isinstance(part, ToolCall)]
    text = message.text or message.refusal
    if not calls and not text:
        return []
    said: Said = {"role": "assistant", "content": text}
    if thought:
        said["thinking"] = thought
    if calls:
        said["tool_calls"] = calls
    return [said]


def _call(part: ToolCall) -> Said:
    call: Said = {"function": {"name": part.name, "arguments": _arguments(part.arguments)}}
    return {"id": part.id} | call if part.id else call


def _arguments(text: str) -> dict[str, object]:
    """The arguments as the object that Ollama wants; what is none stands in one, as it was written."""
    try:
        value = parse(text or "{}")
    except ValueError:
        value = text
    return value if isinstance(value, dict) else {"arguments": value}


def _results(parts: Iterable[Part], names: dict[str, str]) -> list[Said]:
    found: list[Said] = []
    for part in parts:
        if isinstance(part, ToolResult):
            said: Said = {"role": "tool", "content": part.text}
            if name := names.get(part.call_id):
                said["tool_name"] = name
            if part.call_id:
                said["tool_call_id"] = part.call_id
            found.append(said)
    return found


def _names_of_calls(messages: Sequence[Message]) -> dict[str, str]:
    """Which tool each call is of, by the call's id."""
    return {
        part.id: part.name for message in messages for part in message.parts if isinstance(part, ToolCall)
    }


def _last_question(messages: Sequence[Message]) -> int:
    """The number of the newest message in which a person says something; -1 if there is none."""
    for number in range(len(messages) - 1, -1, -1):
        message = messages[number]
        if message.role == "user" and not all(isinstance(part, ToolResult) for part in message.parts):
            return number
    return -1
