"""The telling words of English text, without their endings: `deleting` and `deleted` are one word."""

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[_'’][^\W_]+)*")
_CHUNK = re.compile(r"/?[a-z0-9]+(?:[+./:_-]+[a-z0-9]+)*|[\u2190-\u25ff]")
_SHORTENED = re.compile(r"(n['’]t|['’](s|m|re|ve|ll|d))$")

_COMMON = """
    a about actually all also am an and any anything anywhere are as at be been being but by ca can
    could couldn did do does doesn doing don for from get give go got had happen happens has have having
    he her here hers him his how i if in into is isn it its just know knows let like made make many may
    me mean means might mine more most much must my need not of off on one only or our out over own
    please really said same say shall she should show so some someone something still such take takes
    tell than that the their them then there these they thing this those to too two up us use used using
    very want was way we well were what when which while who whom whose why will with won work works
    would wouldn yes you your
"""
_STOP_WORDS = frozenset(_COMMON.split())


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its English endings: `deleting`, `deleted` and `deletes` are one word here."""
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) > 2 and re.search("[aeiouy]", root):
            doubled = root[-1] == root[-2] and root[-1] not in "lsz"
            word = root[:-1] if doubled else root
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def words(text: str) -> list[tuple[str, str]]:
    """The telling words of a text, each as its stem and as it was written."""
    low = text.lower()
    # Command names, keys, file names and model names are words of their own, beside their pieces.
    found = [(chunk, chunk) for chunk in _CHUNK.findall(low) if not chunk.isalnum()]
    for word in _WORD.findall(low):
        bare = word if word.isalnum() else _SHORTENED.sub("", word)
        if bare not in _STOP_WORDS and (len(bare) > 1 or not bare.isascii()):
            found.append((stem(bare), bare))
            if "_" in bare:
                found += [(stem(piece), bare) for piece in bare.split("_") if len(piece) > 1]
    return found
