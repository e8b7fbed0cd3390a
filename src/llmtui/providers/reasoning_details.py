"""Thoughts that come in lists: read for a person, and kept for the provider that wants them back."""

from collections.abc import Iterable

from llmtui.providers.payload import json_text, text_in

_IN_PIECES = ("text", "summary")


class ReasoningDetails:
    """OpenRouter's `reasoning_details` of one answer, put together from their pieces.

    Whoever is asked again wants the list as a whole answer would have held it: pieces of one thought joined,
    its signature with it, and what is sealed as it came.
    """

    def __init__(self) -> None:
        self._details: list[dict[str, object]] = []
        self._pieces: list[dict[str, list[str]]] = []

    def feed(self, details: list[object]) -> None:
        """The `reasoning_details` of one delta."""
        for detail in details:
            if isinstance(detail, dict):
                self._add(detail)

    def sealed(self) -> str:
        """All of them as JSON; empty if there were none."""
        if not self._details:
            return ""
        whole = [
            detail | {field: "".join(texts) for field, texts in pieces.items()}
            for detail, pieces in zip(self._details, self._pieces, strict=True)
        ]
        return json_text(whole)

    def _add(self, piece: dict[str, object]) -> None:
        last = self._details[-1] if self._details else None
        same = (
            last is not None
            and "data" not in piece
            and last.get("type") == piece.get("type")
            and last.get("index") == piece.get("index")
        )
        if last is None or not same:
            last = {}
            self._details.append(last)
            self._pieces.append({})
        pieces = self._pieces[-1]
        for field, value in piece.items():
            if field in _IN_PIECES and isinstance(value, str):
                pieces.setdefault(field, []).append(value)
            elif value is not None or field not in last:
                last[field] = value


def texts_in(thought: object) -> Iterable[str]:
    """The words of a thought that came as a list or an object, as Mistral sends it."""
    for item in thought if isinstance(thought, list) else (thought,):
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield text_in(item.get("text")) or text_in(item.get("content"))
