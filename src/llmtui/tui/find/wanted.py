"""What is looked for, as a pattern of how it may have been written: over a line break, with marks between."""

import re
from collections.abc import Iterator, Sequence

from llmtui.tui.find.spelling import letters_of, spellings

# Marks that stand for no character on the screen; each is bounded, for a text may be made of nothing else.
_MARK = r"(?:[*_~`\\\[\]]|\]\([^()\s]{0,300}\))"
_BETWEEN = _MARK + "{0,12}"
_WITHIN = r"(?:\*\*)?"
_SPACE = rf"(?:{_MARK}|\|){{0,12}}\s(?:{_MARK}|[\s|>]){{0,60}}"
_OTHERWISE = {
    "&": "(?:&amp;|&)",
    "<": "(?:&lt;|<)",
    ">": "(?:&gt;|>)",
    '"': '(?:["“”„]|&quot;)',
    "'": "['’‘]",
}
_WORD = re.compile(r"[^\W_]+")
_SPLIT_WORD = re.compile(r"\*\*(?<=\w\*\*)\w")
# As much is read in one go.
_WINDOW = 1 << 14


class Wanted:
    """Words to be found; capitals matter where there are any."""

    def __init__(self, words: str) -> None:
        self.words = " ".join(words.split())
        self._exact = self.words != self.words.lower()
        pieces = self.words.split(" ")
        words_of = [[spellings(letter) for letter in letters_of(word)] for word in pieces]
        typed = [[letter[:1] for letter in word] for word in words_of]
        # Most texts have no word with marks inside, and spell each letter as it was typed: those are soon
        # searched for one letter after the other.
        self._plain = re.compile(_SPACE.join(_tolerant(word, "") for word in typed))
        self._split = re.compile(_SPACE.join(_tolerant(word, _WITHIN) for word in words_of))
        self._uneven = re.compile(self._split.pattern, re.IGNORECASE)
        self._needed = tuple(_WORD.findall(self.words))
        letters = [letter for word in words_of for letter in (*word, (" ",))]
        self._other = frozenset(other for letter in letters for other in letter[1:])
        # What of the words can be spelled in one way only.
        self._sure = tuple(_WORD.findall("".join(" " if letter[1:] else letter[0] for letter in letters)))
        self._literal = self.words.isalnum()
        self.reach = 14 * len(self.words) + 400
        """No match is longer."""

    def __bool__(self) -> bool:
        return bool(self.words)

    def count(self, text: str) -> Iterator[int]:
        """How often it is in the text, in numbers to be added: now and then somebody else may be served."""
        found = self._read(text)
        if found is None:
            return
        read, pattern = found
        if self._literal and pattern is self._plain:
            yield read.count(self.words)
            return
        start, length = 0, len(read)
        for window in range(0, length, _WINDOW):
            end, count = window + _WINDOW, 0
            for match in pattern.finditer(read, max(start, window), min(length, end + self.reach)):
                if match.start() >= end:
                    break
                start = match.end()
                count += 1
            yield count

    def spans(self, text: str, start: int = 0) -> Iterator[tuple[int, int]]:
        """Where it is in the text, from this character on."""
        found = self._read(text)
        if found is not None:
            read, pattern = found
            yield from (match.span() for match in pattern.finditer(read, start))

    def _read(self, text: str) -> tuple[str, re.Pattern[str]] | None:
        """What is to be searched for which pattern; None where it cannot be in the text."""
        read = text if self._exact else text.lower()
        if len(read) != len(text):
            return text, self._uneven
        others = self._other
        if (others and any(other in read for other in others)) or ("**" in read and _SPLIT_WORD.search(read)):
            whole = read.replace("**", "")
            return (read, self._split) if all(word in whole for word in self._sure) else None
        for word in self._needed:
            if word not in read:
                return None
        return read, self._plain


def _tolerant(word: Sequence[Sequence[str]], within: str) -> str:
    pieces = [_written(letter) for letter in word]
    pattern = pieces[0] if pieces else ""
    for (before, *_), (after, *_), piece in zip(word, word[1:], pieces[1:], strict=False):
        inside = before[0].isalnum() and after[0].isalnum()
        pattern += (within if inside else _BETWEEN) + piece
    return pattern


def _written(letter: Sequence[str]) -> str:
    first, *others = letter
    if others:
        return f"(?:{'|'.join(map(re.escape, letter))})"
    return _OTHERWISE.get(first, re.escape(first))
