"""Which of many names are meant by a few letters."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def ranked(typed: str, candidates: Iterable[T], text_of: Callable[[T], str]) -> list[T]:
    """The candidates that hold every typed word's letters in order, best first; all of them for nothing.

    Letters that stand together and at the beginning of a word count most; ties keep their order.
    """
    words = typed.lower().split()
    if not words:
        return list(candidates)
    scored: list[tuple[float, int, T]] = []
    for place, candidate in enumerate(candidates):
        text = text_of(candidate).lower()
        if all(_holds(text, word) for word in words):
            scored.append((-sum(_score(word, text) for word in words), place, candidate))
    scored.sort(key=lambda entry: entry[:2])
    return [candidate for _, _, candidate in scored]


def _holds(text: str, word: str) -> bool:
    """Whether the letters of the word are in the text, in order."""
    # A pattern with `.*?` between them would try every way to place them: too many in a long name.
    at = 0
    for letter in word:
        at = text.find(letter, at) + 1
        if not at:
            return False
    return True


def _score(word: str, text: str) -> float:
    at = text.find(word)
    if at < 0:
        return 1.0 / (1 + len(text))
    starts_a_word = at == 0 or not text[at - 1].isalnum()
    whole = at == 0 and len(word) == len(text)
    return 10.0 + 5.0 * starts_a_word + 5.0 * (at == 0) + 5.0 * whole + 1.0 / (1 + len(text))
