"""The ways to write one letter with marks over and under it: as one character, or the marks behind it."""

from collections.abc import Sequence
from itertools import permutations
from unicodedata import combining, normalize

# With more of them on one letter their order is taken as it is.
_MARKS = 4


def letters_of(word: str) -> Sequence[str]:
    """The letters of a word, each with its marks."""
    if word.isascii():
        return word
    letters: list[str] = []
    for sign in word:
        if letters and _belongs(letters[-1], sign):
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters


def spellings(letter: str) -> Sequence[str]:
    """All that says the same as this letter, itself first."""
    if letter.isascii():
        return (letter,)
    apart = normalize("NFD", letter)
    found = dict.fromkeys((letter, normalize("NFC", letter), apart))
    if len(apart) <= 1 + _MARKS:
        for marks in permutations(apart[1:]):
            written = apart[0] + "".join(marks)
            if normalize("NFD", written) == apart:
                ends = range(1, len(written) + 1)
                found |= dict.fromkeys(normalize("NFC", written[:end]) + written[end:] for end in ends)
    return tuple(found)


def _belongs(letter: str, sign: str) -> bool:
    # The signs of a Korean syllable are no marks, and yet they are one letter.
    return bool(combining(sign)) or normalize("NFC", letter + sign) != normalize("NFC", letter) + normalize(
        "NFC", sign
    )
