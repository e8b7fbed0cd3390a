"""The built-in guide: a provider in the house that answers about llmtui from its own manual.

It is not an LLM and says so. No key, no server, no clock, no chance: the same question gets the same answer.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import cycle
from pathlib import Path

from llmtui.chat.events import (
    Done,
    Event,
    ModelReported,
    ReasoningDelta,
    TextDelta,
    Usage,
    UsageReported,
)
from llmtui.chat.request import Request
from llmtui.chat.tokens import estimate
from llmtui.providers.retrieval import Index, Match, Section
from llmtui.providers.synonyms import SYNONYMS
from llmtui.providers.unwrapping import unwrapped
from llmtui.providers.words import words

PROVIDER = "builtin"
MODEL = "guide"

# Of a question, weighted by how telling its words are: what an answer must speak of.
ENOUGH = 0.36
# A second section is shown when it answers nearly as well as the first.
_NEARLY_AS_GOOD = 0.86
_SEE_ALSO = 3
_FOLLOW_UP_WORDS = 2
# So much is read of a long question, at its beginning and at its end.
_EDGE = 5_000

# Words in a piece of the stream: uneven, as a model's are, and always the same.
_PIECES = (3, 5, 2, 4, 6, 3, 4)

_GREETING = re.compile(
    r"((hi|hello|hey)( there)?|hallo|good (morning|afternoon|evening)|howdy|help( me)?|start|test(ing)?)?"
    r"|((hi|hello|hey) )?(there )?(who|what) (are|is) (you|this|the guide|guide|the built in guide)"
    r"|are you (an? )?(real )?(llm|ai|model|language model|human|person|bot|chatbot|chatgpt|gpt|claude)"
    r"|what can (you|i) (do|ask)( you)?( here| for me)?|how are you|introduce yourself"
)
_THANKS = re.compile(
    r"(ok |okay |great |cool )?(many )?(thanks|thank you|thx|cheers)( a lot| very much| so much)?"
)
_FOUND = re.compile(
    r"\b(did|do|have|has|can) (you|llmtui|it) (find|found|see|seen|detect|detected|notice)\b"
    r"|\b(keys|servers|providers|models)( and \w+)? (were|was|is|have been|do i have|have i|did you)\b"
    r"|\bwhat (is|was|got) (found|detected|set up)\b"
)
_FOLLOW_UP = re.compile(r"(and|or|but|what about|how about|also|then|so)\b", re.IGNORECASE)

_BLOCK_START = re.compile(r"\s*([-*+] |\d+[.)] |[|#>])")

_LABEL = "I am llmtui's **built-in guide**, not an LLM: I look things up in the manual."

_INTRODUCTION = f"""Hello! {_LABEL}

Ask me how something works here, for example:

- *How do I add a provider?*
- *Which keyboard shortcuts are there?*
- *Where is my history kept?*
"""

_CONNECT = """### To talk to a real model

1. Type `/keys openrouter`, or another provider's name, and paste its key; or start a local server such as \
Ollama (it needs no key).
2. Press **Ctrl+O**, or type `/model`, and choose a model. The next message goes to it.

Ask *which key variables are there* for the name of every provider's variable.
"""

_PACKAGE = Path(__file__).parent.parent


def read_manual(package: Path = _PACKAGE) -> dict[str, str]:
    """The pages of the manual, by name: from the installed package, or from the repository it is run in.

    `package` is the directory of the package `llmtui`. Empty where there is no manual at all.
    """
    for directory in (package / "manual", package.parent.parent / "docs" / "manual"):
        found = sorted(directory.glob("*.md"))
        if pages := {page.stem: unwrapped(page.read_text(encoding="utf-8")) for page in found}:
            return pages
    return {}


class Guide:
    """Answers a request from the pages of the manual."""

    def __init__(self, pages: Mapping[str, str], found: Callable[[], str] | None = None) -> None:
        """`pages`: names to markdown. `found`: markdown on the keys and local servers that were found."""
        self._pages = pages
        self._found = found

    @cached_property
    def _index(self) -> Index:
        return Index(self._pages, SYNONYMS)

    def answer(self, request: Request) -> Iterable[Event]:
        """The events of one answer: the model, what it looked at, the answer, usage, and the ending."""
        reasoning, text = self._written(request)
        yield ModelReported(MODEL)
        yield from map(ReasoningDelta, _pieces(reasoning))
        yield from map(TextDelta, _pieces(text))
        heard = estimate(request.system) + sum(estimate(message.text) for message in request.messages)
        thought = estimate(reasoning)
        said = round(thought + estimate(text))
        yield UsageReported(
            Usage(
                input=round(heard),
                output=said,
                reasoning=round(thought),
                total=round(heard) + said,
                estimated=True,
            )
        )
        yield Done("stop")

    def _written(self, request: Request) -> tuple[str, str]:
        """What it thinks, and what it says."""
        questions = [_read(message.text) for message in request.messages if message.role == "user"]
        question = questions[-1] if questions else ""
        plain = _plain(question)
        if _GREETING.fullmatch(plain):
            return (
                "A greeting, or a question about me: I introduce myself and say what I found.",
                "\n".join([_INTRODUCTION, *self._whatever_was_found(), _CONNECT]),
            )
        if _THANKS.fullmatch(plain):
            return "Thanks: no page to look up.", "You are welcome. Ask again whenever something is unclear."
        if self._found is not None and _FOUND.search(plain):
            return (
                "This asks what llmtui found on this machine: I look at that, not at the manual.",
                "\n".join([_LABEL, "", *self._whatever_was_found(), _CONNECT]),
            )
        before = questions[-2] if len(questions) > 1 and _follows_up(question) else ""
        matches = self._index.ask(question, before)
        reasoning = self._considered(question, before, matches)
        if matches and matches[0].coverage >= ENOUGH:
            return reasoning, _from_the_manual(matches)
        return reasoning, "\n".join([_not_in_the_manual(matches), *self._whatever_was_found(), _CONNECT])

    def _whatever_was_found(self) -> list[str]:
        if self._found is None:
            return []
        found = self._found().strip()
        return [f"### What I found\n\n{found}\n"] if found else []

    def _considered(self, question: str, before: str, matches: tuple[Match, ...]) -> str:
        told = list(dict.fromkeys(written for _, written in words(question)))[:8]
        lines = ["The words that tell what this is about: " + (", ".join(told) or "none") + "."]
        if before:
            lines.append("It is short, so I read it together with the question before it.")
        lines.append(
            f"I compared it with the {len(self._index.sections)} sections "
            f"of the manual's {len(self._pages)} pages:\n"
        )
        for place, match in enumerate(matches[:4], 1):
            lines.append(
                f"{place}. {_named(match.section)}: score {match.score:.1f}, "
                f"speaks of {', '.join(match.words[:5])} ({match.coverage:.0%} of the question)"
            )
        if not matches:
            lines.append("Not one of them speaks of it. I say so, and how to reach a real model.")
        elif matches[0].coverage < ENOUGH:
            lines.append(
                "\nThe nearest covers too little of the question to be an answer. "
                "I say so, and how to reach a real model."
            )
        else:
            lines.append(f"\nI show “{matches[0].section.title}” as it is written.")
        return "\n".join(lines)


def _from_the_manual(matches: tuple[Match, ...]) -> str:
    shown = [matches[0].section]
    if len(matches) > 1 and matches[1].score >= matches[0].score * _NEARLY_AS_GOOD:
        shown.append(matches[1].section)
    pages = " and ".join(dict.fromkeys(f"*{section.page_title}*" for section in shown))
    lines = [f"The manual has this, in {pages}:", ""]
    for section in shown:
        lines += [f"## {section.title}", "", _unwrapped(section.text), ""]
    others = [match.section for match in matches if match.section not in shown][:_SEE_ALSO]
    if others:
        lines += ["**See also:** " + " · ".join(_named(section) for section in others), ""]
    lines.append("*Looked up by the built-in guide, which is not an LLM.*")
    return "\n".join(lines)


def _not_in_the_manual(matches: tuple[Match, ...]) -> str:
    lines = [f"The manual does not answer that. {_LABEL}", ""]
    if matches:
        lines += ["The nearest that it has:", ""]
        lines += [f"- {_named(match.section)}" for match in matches[:_SEE_ALSO]]
        lines.append("")
    return "\n".join(lines)


def _unwrapped(markdown: str) -> str:
    """Markdown with each paragraph on one line: an answer is wrapped by the screen that shows it."""
    lines: list[str] = []
    fenced = open_paragraph = False
    for line in markdown.splitlines():
        fence = line.lstrip().startswith("```")
        starts = fenced or fence or not line.strip() or bool(_BLOCK_START.match(line))
        if open_paragraph and not starts:
            lines[-1] += " " + line.strip()
        else:
            lines.append(line)
        fenced ^= fence
        open_paragraph = not (fenced or fence) and bool(line.strip()) and not line.startswith(("|", "#"))
    return "\n".join(lines)


def _named(section: Section) -> str:
    return section.title if section.title == section.page_title else f"{section.page_title} › {section.title}"


def _read(question: str) -> str:
    """What is read of a question: who pastes a whole book asks before it or behind it."""
    return question if len(question) <= 2 * _EDGE else f"{question[:_EDGE]}\n{question[-_EDGE:]}"


def _plain(question: str) -> str:
    """The words of a question without case and signs."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", question.lower()).split())


def _follows_up(question: str) -> bool:
    telling = {found for found, _ in words(question)}
    return len(telling) <= _FOLLOW_UP_WORDS and (not telling or bool(_FOLLOW_UP.match(question.strip())))


def _pieces(text: str) -> Iterator[str]:
    """The text in small pieces of a few words, which joined are the text."""
    sizes = cycle(_PIECES)
    piece, wanted = "", next(sizes)
    for word in re.findall(r"\s*\S+\s*?(?=\s|$)|\s+$", text):
        piece += word
        wanted -= 1
        if not wanted:
            yield piece
            piece, wanted = "", next(sizes)
    if piece:
        yield piece
