"""Which sections of a manual answer a question: BM25 over the `##` sections of some markdown pages.

Pure, and with no word of any one manual in it: pages and synonyms are handed in.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from llmtui.providers.words import stem, words

# The usual constants of BM25: how soon repetition stops counting, and how much length does.
_SATURATION = 1.2
_LENGTH_WEIGHT = 0.6

# A word in a title tells more of what a section is about than one in its text.
_TITLE_COUNTS = 4.0
_ASKED_COUNTS = 2.5
_PAGE_TITLE_COUNTS = 1.0
# Whole short titles ("Stop an answer") that a question covers are what it asks for.
_TITLE_COVERED = 0.35

# An example may speak of anything: it says less of what its section is about.
_CODE_COUNTS = 0.3

# To speak of all of the question is worth more than to say one of its words often.
_COVERAGE_COUNTS = 0.4

_SYNONYM_WEIGHT = 0.55
_MISTYPED_WEIGHT = 0.9
_BEFORE_WEIGHT = 0.4

# A question is short; of a text pasted into it, the beginning is enough.
_WORDS_READ = 40
_SHORTEST_MISTYPED = 5
_ALIKE = 0.8

_HEADING = re.compile(r"(#{1,2})[ \t]+(\S.*)")
_ASKED = re.compile(r"<!--\s*asked:(.*?)-->")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_FENCED = re.compile(r"^```[^\n]*\n(.*?)^```[ ]*$", re.DOTALL | re.MULTILINE)
_JOINTS = re.compile(r"[^\w]|_")


@dataclass(frozen=True, slots=True)
class Section:
    """One `##` section: its page's name and title, its own title, and its markdown without the heading.

    `asked` are words in which people ask for it, from a comment such as `<!-- asked: leave the program -->`.
    """

    page: str
    page_title: str
    title: str
    text: str
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A section that says something on a question.

    `score` is comparable within one question only; `coverage` is the share of the question, from 0 to 1
    and weighted by how telling each word is, that the section speaks of; `words` are those words, as asked.
    """

    section: Section
    score: float
    coverage: float
    words: tuple[str, ...]


def sections(pages: Mapping[str, str]) -> tuple[Section, ...]:
    """The sections of these pages (name to markdown), in order.

    What stands before the first `##` is a section that has the page's title.
    """
    return tuple(section for name, source in pages.items() for section in _sections_of(name, source))


def _sections_of(page: str, source: str) -> Iterator[Section]:
    page_title = title = page
    lines: list[str] = []
    asked: list[str] = []
    fence = ""
    for line in source.splitlines():
        opening = _FENCE.match(line)
        if opening and not fence:
            fence = opening.group(1)
        elif opening and opening.group(1).startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        heading = None if fence else _HEADING.fullmatch(line.rstrip())
        if heading is None:
            comment = None if fence else _ASKED.fullmatch(line.strip())
            asked.append(comment.group(1)) if comment else lines.append(line)
            continue
        if text := "\n".join(lines).strip():
            yield Section(page, page_title, title, text, " ".join(asked))
        lines, asked = [], []
        title = heading.group(2)
        if heading.group(1) == "#":
            page_title = title
    if text := "\n".join(lines).strip():
        yield Section(page, page_title, title, text, " ".join(asked))


def _apart(text: str) -> tuple[str, str]:
    """The prose and the fenced code of a text."""
    pieces = _FENCED.split(text)
    return "\n".join(pieces[::2]), "\n".join(pieces[1::2])


class Index:
    """Sections made ready to be asked."""

    def __init__(self, pages: Mapping[str, str], synonyms: Mapping[str, str]) -> None:
        """`synonyms`: a word people use, to the words, separated by spaces, that the pages use."""
        self.sections = sections(pages)
        self._synonyms = {
            stem(word): tuple(dict.fromkeys(found for found, _ in words(others)))
            for word, others in synonyms.items()
        }
        self._titles: list[frozenset[str]] = []
        self._counts: list[dict[str, float]] = []
        lengths: list[float] = []
        holders: Counter[str] = Counter()
        pages_named: dict[str, frozenset[str]] = {}
        for section in self.sections:
            prose, code = _apart(section.text)
            counts: dict[str, float] = dict(Counter(found for found, _ in words(prose)))
            for found, times in Counter(found for found, _ in words(code)).items():
                counts[found] = counts.get(found, 0.0) + _CODE_COUNTS * times
            lengths.append(sum(counts.values()))
            title = frozenset(found for found, _ in words(section.title))
            if section.page_title not in pages_named:
                pages_named[section.page_title] = frozenset(one for one, _ in words(section.page_title))
            page = pages_named[section.page_title]
            asked = frozenset(found for found, _ in words(section.asked))
            for head, weight in ((title, _TITLE_COUNTS), (asked, _ASKED_COUNTS), (page, _PAGE_TITLE_COUNTS)):
                for found in head:
                    counts[found] = counts.get(found, 0.0) + weight
            self._titles.append(title)
            self._counts.append(counts)
            holders.update(counts.keys())
        usual = sum(lengths) / len(lengths) if lengths else 1.0
        self._norms = [
            _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * length / (usual or 1.0))
            for length in lengths
        ]
        number = len(self.sections)
        self._weights = {
            found: math.log(1 + (number - held + 0.5) / (held + 0.5)) for found, held in holders.items()
        }
        # A word that no section has weighs as much as the rarest: not knowing it counts.
        self._unknown = max(self._weights.values(), default=1.0)

    def ask(self, question: str, before: str = "", limit: int = 8) -> tuple[Match, ...]:
        """The sections that speak of the question, best first; `before` is the question it follows up."""
        asked = self._asked(question, 1.0)
        for found, term in self._asked(before, _BEFORE_WEIGHT).items():
            asked.setdefault(found, term)
        whole = sum(term.weight * term.rarity for term in asked.values())
        matches = []
        for place, section in enumerate(self.sections):
            score, covered, hits = self._score(place, asked)
            if score:
                coverage = covered / whole
                score *= 1 - _COVERAGE_COUNTS * (1 - coverage)
                matches.append(Match(section, score, coverage, tuple(dict.fromkeys(hits))))
        # Equal scores keep the order of the manual: sorting is stable.
        matches.sort(key=lambda match: -match.score)
        return tuple(matches[:limit])

    def _asked(self, question: str, weight: float) -> dict[str, "_Term"]:
        """The telling words of a question by their stems, each with what else may stand for it."""
        asked: dict[str, _Term] = {}
        for found, written in words(question):
            if found in asked or len(asked) >= _WORDS_READ:
                continue
            known = found in self._weights
            if not known and _JOINTS.search(found):
                continue  # its pieces are asked for by themselves
            others = tuple(other for other in self._synonyms.get(found, ()) if other in self._weights)
            share = _SYNONYM_WEIGHT
            if not known and not others:
                others, share = self._near(found), _MISTYPED_WEIGHT
            rarity = self._weights[found] if known else self._weights[others[0]] if others else self._unknown
            asked[found] = _Term(written, weight, rarity, (found, *others) if known else others, share)
        return asked

    def _near(self, found: str) -> tuple[str, ...]:
        """The word that was probably meant, where one was mistyped."""
        if len(found) < _SHORTEST_MISTYPED or not found.isascii():
            return ()
        alike = [
            word for word in self._weights if abs(len(word) - len(found)) < 3 and not _JOINTS.search(word)
        ]
        return tuple(get_close_matches(found, alike, 1, _ALIKE))

    def _score(self, place: int, asked: Mapping[str, "_Term"]) -> tuple[float, float, list[str]]:
        counts, norm = self._counts[place], self._norms[place]
        score = covered = 0.0
        hits: list[str] = []
        spoken: set[str] = set()
        for found, term in asked.items():
            best, said, most = 0.0, "", 0.0
            for other in term.spellings:
                if count := counts.get(other, 0.0):
                    here = self._weights[other] * count * (_SATURATION + 1) / (count + norm)
                    here *= 1.0 if other == found else term.share
                    if here > best:
                        best, said, most = here, other, count
            if best:
                score += term.weight * best
                covered += term.weight * term.rarity * min(1.0, most)
                hits.append(term.written)
                spoken.add(said)
        if title := self._titles[place]:
            score *= 1 + _TITLE_COVERED * len(title & spoken) / len(title)
        return score, covered, hits


@dataclass(frozen=True, slots=True)
class _Term:
    """One word of a question: as written, how much it counts, how telling it is, how pages may say it, and
    what it is worth where they say it otherwise."""

    written: str
    weight: float
    rarity: float
    spellings: tuple[str, ...]
    share: float
