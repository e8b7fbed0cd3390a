"""Secrets taken out of what is told: by their value, and by how they look.

What a person wrote and what a model answered is nobody's to change: this is for what llmtui tells *about* a
conversation, which are failures, logs, reports and notices.
"""

import os
import re
from base64 import b64encode, urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

TAKEN_OUT = "…"

# A shorter one would be found in half of all words.
_SHORTEST = 6
# What people write where a server wants some key and takes any.
_NO_SECRETS = frozenset(
    (
        *("dummy", "nothing", "ollama", "lm-studio", "lmstudio", "placeholder", "your-api-key"),
        *("no-key", "no-key-needed", "no-key-required", "not-needed", "sk-no-key-required"),
    )
)
_SECRETIVE_NAME = r"(?i)(?:[_-]|^)(?:key|token|secret|password|passwd|credentials?|sig|signature)$|apikey$"
_USER_INFO = r"://([^/?#\s@]+)@"
# An address alone, which may be as short as `me:password@box:8080`, and whoever wrote it may have forgotten
# to escape what stands in the password. No port stands before an @.
_ADDRESSES = ("_URL", "_HOST", "_BASE", "_ENDPOINT")
_WITH_A_PASSWORD = r"(?!mailto:)(?:[^\s:/@]+://)?([^\s:/@]*:(?!\d*(?:[/?#]|$))\S+)@[^\s/@]+(?:/\S*)?"

# What is kept for the whole process: a fault may have to be reported from anywhere, also from where nothing
# else is at hand.
_known: set[str] = set()
_environments: list[Mapping[str, str]] = [os.environ]


def learn(secrets: Iterable[str]) -> None:
    """From now on `redacted` takes these out, wherever it is called."""
    _known.update(secret for secret in secrets if is_secret(secret))


def look_into(environ: Mapping[str, str]) -> None:
    """From now on `redacted` takes out what is secret in this environment, too, wherever it is called."""
    _environments.append(environ)


def redacted(text: str) -> str:
    """The text without any secret that this process knows or has in its environment, and without what looks
    like one. Takes time in proportion to the text."""
    return without(text, _known.union(*map(secrets_in, _environments)))


def without(text: str, secrets: Iterable[str]) -> str:
    """The text without these values, however they are quoted, escaped or broken over lines, and without
    what looks like a secret."""
    return _without_looks(_without_values(text, secrets))


def is_secret(text: str) -> bool:
    """Whether this is long enough to be looked for, and not one of the words that stand for no key."""
    return len(text) >= _SHORTEST and text.lower() not in _NO_SECRETS


def is_secretive(name: str) -> bool:
    """Whether a variable, a header or a parameter that is called so holds a secret."""
    return re.search(_SECRETIVE_NAME, name) is not None


def secrets_in(environ: Mapping[str, str]) -> frozenset[str]:
    """What the variables hold that are called as secrets are, and the passwords in all addresses."""
    found = {value.strip() for name, value in environ.items() if is_secretive(name)}
    for name, value in environ.items():
        for user_info in user_infos(name, value):
            found |= {user_info, user_info.partition(":")[2]}
    return frozenset(secret for secret in found if is_secret(secret))


def names_an_address(name: str) -> bool:
    """Whether a variable that is called so holds the address of a server."""
    return name.upper().endswith(_ADDRESSES)


def user_infos(name: str, value: str) -> list[str]:
    """What stands before the hosts in the addresses that a variable holds: user names, mostly with passwords.

    Without a scheme only what has a password counts, and only where an address is expected: `me@box` is
    somebody's name.
    """
    if "@" not in value:
        return []
    alone = re.fullmatch(_WITH_A_PASSWORD, value.strip()) if names_an_address(name) else None
    return [*re.findall(_USER_INFO, value), *(alone.groups() if alone else ())]


# By value

# What may stand between two letters of a secret: blanks, line breaks, quotation marks, what nobody sees, the
# lines of a frame, colours; and what may stand for a letter: escapes of JSON (of JSON in JSON, too) and of
# programming languages, of addresses and of HTML.
_BETWEEN = (
    r"""\x1b\[[0-9;:]*m|[\s"'`\x00-\x08\x0e-\x1a\x7f\u00ad\u034f\u200b-\u200f\u202a-\u202e"""
    r"""\u2060-\u206f\u2500-\u257f\ufeff]+"""
)
_ESCAPE = (
    r"\\+(?:u(?P<json>[0-9a-fA-F]{4})|x(?P<byte>[0-9a-fA-F]{2})|u\{(?P<braced>[0-9a-fA-F]{1,6})\}"
    r"|U(?P<long>[0-9a-fA-F]{8})|(?P<octal>[0-3][0-7]{2})|[nrtbf])?"
    r"|%(?:25)*(?P<url>[0-9a-fA-F]{2})|&#(?:x(?P<hex>[0-9a-fA-F]{1,6})|(?P<dec>\d{1,7}));"
)
_BASES = {"json": 16, "byte": 16, "braced": 16, "long": 16, "octal": 8, "url": 16, "hex": 16, "dec": 10}


@cache
def _dressing() -> re.Pattern[str]:
    return re.compile(f"{_ESCAPE}|{_BETWEEN}")


class _Undressed(NamedTuple):
    """A text without its dressing. Its pieces begin at `starts` in `plain`, and stand from `froms` until
    `untils` in the text; a piece that was an escape is one letter long."""

    plain: str
    starts: list[int]
    froms: list[int]
    untils: list[int]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text the letters of this span stand."""
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1) - 1
        alone = last + 1 == len(self.starts) or self.starts[last + 1] == self.starts[last] + 1
        until = self.untils[last] if alone and end - 1 == self.starts[last] else 0
        return (
            self.froms[first] + start - self.starts[first],
            until or self.froms[last] + end - self.starts[last],
        )


def _without_values(text: str, secrets: Iterable[str]) -> str:
    bare = {plain for secret in secrets for plain in _ways_to_say(secret)}
    if not bare:
        return text
    undressed = _undressed(text)
    return _cut(text, [undressed.source(*span) for span in _spans(undressed.plain, bare)])


@cache
def _ways_to_say(secret: str) -> frozenset[str]:
    """The secret, and what it is when it was coded: in hexadecimal digits, or in Base64 with whatever before
    it. Only in Base64 that is told by itself there are more letters, of what stood around it."""
    plain = _undressed(secret).plain
    if not is_secret(plain):
        return frozenset()
    coded = secret.encode("utf-8", "replace")
    ways = {plain, coded.hex(), coded.hex().upper()}
    for before in range(3):
        # Three bytes are four letters: those that hold bits of a neighbour are left away.
        first, last = -(-before * 8 // 6), (before + len(coded)) * 8 // 6
        padded = b"\0" * before + coded
        ways |= {code(padded).decode()[first:last] for code in (b64encode, urlsafe_b64encode)}
    return frozenset(filter(is_secret, ways))


def _undressed(text: str) -> _Undressed:
    pieces: list[str] = []
    found = _Undressed("", [], [], [])
    length = done = 0

    def add(piece: str, start: int, end: int) -> None:
        nonlocal length
        if piece:
            pieces.append(piece)
            found.starts.append(length)
            found.froms.append(start)
            found.untils.append(end)
            length += len(piece)

    for match in _dressing().finditer(text):
        add(text[done : match.start()], done, match.start())
        add(_meant(match), match.start(), match.end())
        done = match.end()
    add(text[done:], done, len(text))
    return found._replace(plain="".join(pieces))


def _meant(match: re.Match[str]) -> str:
    """The letter that an escape stands for; nothing for what only stands between letters."""
    kind = match.lastgroup
    if kind is None:
        return ""
    code = int(match[kind], _BASES[kind])
    letter = chr(code) if code <= 0x10FFFF else ""
    return "" if _dressing().fullmatch(letter) else letter


def _spans(plain: str, secrets: Iterable[str]) -> Iterator[tuple[int, int]]:
    for secret in secrets:
        at = plain.find(secret)
        while at >= 0:
            yield at, at + len(secret)
            at = plain.find(secret, at + len(secret))


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    kept, done = [], 0
    for start, end in sorted(spans):
        if start >= done:
            kept += [text[done:start], TAKEN_OUT]
        done = max(done, end)
    return "".join((*kept, text[done:]))


# By look

_BEGINNINGS = "|".join(
    (
        r"sk-",  # OpenAI; sk-ant- is Anthropic's, sk-or- OpenRouter's, and many others copied it
        r"(?:gsk|hf|r8|fw|sk|pk|rk|gh[pousr]|github_pat|glpat|tgp_v1)[_]",
        r"(?:xai|pplx|csk|nvapi|glpat|xox[abposr]|dapi)-",
    )
)
_NAMES = (
    r"x-(?:api|goog-api|auth|access)-?(?:key|token)|(?:proxy-)?authorization|(?:set-)?cookie|ocp-apim-subscription-key"
    r"|(?:api|access|auth|client|secret|private|subscription)[_-]?(?:key|token|secret)|passw(?:or)?d"
)
_PARAMETERS = "(?:key|token|secret|signature|sig|password|auth)"
_QUOTES = r"[\"'\\]"
_TOKEN = "A-Za-z0-9_*-"
_VALUE = r"^\s\"'\\,;&<>{}()\[\]"


def _no_word(letters: str, least: int, proof: str = "[0-9]", of_many: str = "") -> str:
    """At least so many of these letters which are no word: a proof is among the first, or they are many, and
    among those is a proof `of_many`."""
    return (
        f"(?:(?=[{letters}]{{0,64}}?{proof})[{letters}]{{{least},}}"
        f"|(?=[{letters}]{{0,64}}?{of_many})[{letters}]{{20,}})"
    )


@cache
def _looks() -> re.Pattern[str]:
    # Each alternative begins at a place that few letters can be, and ends at the first that does not fit: no
    # text makes it go over the same letters again.
    return re.compile(
        "|".join(
            (
                # Asterisks hide a part of it. What is joined of small words only is the name of something.
                rf"(?<![A-Za-z0-9])(?:{_BEGINNINGS})"
                rf"{_no_word(_TOKEN, 8, '[0-9*]', '(?-i:[a-z][A-Z]|[A-Za-z]{20})')}",
                r"(?<![A-Za-z0-9])AIza[A-Za-z0-9_\-]{16,}",
                r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,}",
                r"(?<![A-Za-z0-9])ya29\.[A-Za-z0-9_\-.]{8,}",
                # A JSON Web Token.
                r"(?<![A-Za-z0-9_\-])eyJ[A-Za-z0-9_\-]{6,}\.[A-Za-z0-9_\-]{4,}(?:\.[A-Za-z0-9_\-]*)?",
                r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----"
                r"[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)",
                r"(?P<url>://)[^/?#\s\"'<>@]{1,512}(?=@)",
                rf"(?P<query>[?&;](?:(?:[a-z]{{1,16}}[_-])?{_PARAMETERS}|{_NAMES})=)[^&;#\s\"'<>]+",
                rf"(?P<scheme>\b(?:bearer|basic)\s{{1,4}}[\"']?){_no_word(r'A-Za-z0-9._~+/=*-', 6)}",
                rf"(?P<name>(?<![A-Za-z0-9])(?:{_NAMES}){_QUOTES}{{0,3}}\s{{0,4}}[:=]\s{{0,4}}"
                rf"(?:{_QUOTES}{{1,3}}(?:(?:bearer|basic|token)\s{{1,4}})?|(?:bearer|basic)\s{{1,4}}"
                rf"|(?<=password=)|(?<=passwd=)|(?:token\s{{1,4}})?"
                rf"(?={_no_word(_VALUE, 6)}|[{_VALUE}]{{6,64}}&)))[{_VALUE}]{{6,}}",
            )
        ),
        re.IGNORECASE,
    )


def _without_looks(text: str) -> str:
    """The text without what looks like a secret.

    “api_key: required” explains a failure, and no key is a word: behind a beginning or a name only that goes
    which is none. What is quoted, or a parameter of an address or a form, is a value and goes, word or not;
    so does it behind `password=`, for people choose words. Behind `password:` a word stays.
    """
    return _looks().sub(_kept, text)


def _kept(match: re.Match[str]) -> str:
    """What tells which secret it was, which is none itself."""
    return next((words for words in match.groupdict().values() if words), "") + TAKEN_OUT
