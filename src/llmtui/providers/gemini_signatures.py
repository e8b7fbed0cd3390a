"""Gemini's proofs of thought: each belongs to the part that it came with, and goes back on just that part.

A signature on a thought is kept as `thought:SIGNATURE`; one on words of the answer as
`text:LENGTH:SIGNATURE`, LENGTH being how many characters of the words before it the signed part had.
"""


def for_thought(signature: str) -> str:
    """The signature of a thought, as it is kept."""
    return f"thought:{signature}"


def for_text(signature: str, length: int) -> str:
    """The signature of a part of the answer with so many characters, as it is kept."""
    return f"text:{length}:{signature}"


def with_signature(parts: list[dict[str, object]], thought: str, kept: str) -> None:
    """Puts a kept signature where it came from: on its thought, or on the end of the words before it."""
    kind, _, rest = kept.partition(":")
    if kind == "thought" and rest:
        parts.append({"text": thought, "thought": True, "thoughtSignature": rest})
        return
    length, _, signature = rest.partition(":")
    if kind != "text" or not length.isdecimal() or not signature:
        return
    size = int(length)
    before = parts[-1] if parts else {}
    text = before.get("text")
    if not size or not isinstance(text, str) or "thoughtSignature" in before or len(text) < size:
        parts.append({"text": "", "thoughtSignature": signature})
        return
    if len(text) > size:
        before["text"] = text[:-size]
        before = {"text": text[-size:]}
        parts.append(before)
    before["thoughtSignature"] = signature
