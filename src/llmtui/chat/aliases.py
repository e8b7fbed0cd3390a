"""Whether two names of models mean the same one: providers answer to short names with long ones."""

import re
from collections import Counter
from functools import lru_cache

# What is added to a model's name without meaning another model: dates, versions of a snapshot, and these.
_DRESSING = frozenset({"preview", "latest", "exp", "experimental", "beta", "free", "0", "models"})
_SNAPSHOT = r"\d{2,8}"
_PIECES = r"[a-z]+|\d+[a-z]*|[^\W\d_]+"


@lru_cache(maxsize=1024)
def same_model(asked: str, told: str) -> bool:
    """Whether these names, in one provider's words, are of the same model, dates and order aside.

    `claude-haiku-4.5` is `claude-4.5-haiku-20251001`, and `gpt-4o` is not `gpt-4o-mini`.
    """
    one, other = _bare(asked), _bare(told)
    variants = [name for name in (one, other) if ":" in name]
    if len(variants) == 1:
        # A tag, or the upstream provider that was wanted.
        one, other = one.partition(":")[0], other.partition(":")[0]
    first, second = Counter(re.findall(_PIECES, one)), Counter(re.findall(_PIECES, other))
    return all(_is_dressing(piece) for piece in ((first - second) + (second - first)))


def _bare(model: str) -> str:
    """A model's name without its maker."""
    return model.lower().rsplit("/", 1)[-1].removesuffix(".gguf")


def _is_dressing(piece: str) -> bool:
    return piece in _DRESSING or bool(re.fullmatch(_SNAPSHOT, piece))
