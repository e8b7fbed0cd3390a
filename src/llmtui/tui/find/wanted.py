"""What is looked for, as a pattern of how it may have been written: over a line break, with marks between."""

import re
from collections.abc import Iterator

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
_PLAIN_WORD = re.compile(r"[A-Za-z0-9]+")
# As much is read in one go.
_WINDOW = 1 << 14


class Wanted:
    """Words to be found; capitals matter where there are any."""

    def __init__(self, words: str) -> None:
        self.words = " ".join(words.split())
        self._exact = self.words != self.words.lower()
        flags = re.NOFLAG if self._exact else re.IGNORECASE
        self._pattern = re.compile(_SPACE.join(_tolerant(word) for word in self.words.split(" ")), flags)
        plain = _PLAIN_WORD.findall(self.words if self._exact else self.words.lower())
        self._needed = max(plain, key=len, default="")
        self.reach = 14 * len(self.words) + 400
        """No match is longer."""

    def __bool__(self) -> bool:
        return bool(self.words)

    def may_be_in(self, text: str) -> bool:
        """Whether a match is possible: soon said of most texts that have none."""
        if not self._exact:
            text = text.lower()
        return self._needed in (text.replace("**", "") if "**" in text else text)

    def spans(self, text: str, start: int = 0) -> Iterator[tuple[int, int] | None]:
        """Where it is in the text; now and then None, where somebody else may be served."""
        search, length = self._pattern.search, len(text)
        for window in range(start, length, _WINDOW):
            end = min(length, window + _WINDOW)
            while (found := search(text, start, min(length, end + self.reach))) and found.start() < end:
                start = found.end()
                yield found.span()
            start = max(start, end)
            yield None


def _tolerant(word: str) -> str:
    pieces = [_OTHERWISE.get(character, re.escape(character)) for character in word]
    pattern = pieces[0] if pieces else ""
    for before, after, piece in zip(word, word[1:], pieces[1:], strict=False):
        inside = before.isalnum() and after.isalnum()
        pattern += (_WITHIN if inside else _BETWEEN) + piece
    return pattern
