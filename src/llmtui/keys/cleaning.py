"""What somebody typed or piped in, made a key or refused; a refusal never repeats it."""

from llmtui.chat.failure import Failure

_HINT = "Copy the key alone, and try again."


def cleaned(text: str, place: str = "") -> str | Failure:
    """The key without the white space around it. `place` names where it was found, for the refusal."""
    key = text.strip()
    about = f"what is in {place}" if place else "this"
    if not key:
        return Failure("auth", f"there is no key in {place}" if place else "no key was given", hint=_HINT)
    if not key.isascii():
        return Failure("auth", f"{about} holds a letter that no key has", hint=_HINT)
    if key[0] in "\"'":
        return Failure("auth", f"{about} stands in quotation marks, which are no part of a key", hint=_HINT)
    if not key.isprintable() or " " in key:
        return Failure("auth", f"{about} holds a space or a line break, which no key has", hint=_HINT)
    return key
