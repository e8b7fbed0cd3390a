"""Which cards there are, by name: known without reading one."""

from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "cards"


@lru_cache(maxsize=1)
def card_names() -> frozenset[str]:
    """The names of the providers that llmtui knows by itself."""
    return frozenset(path.stem for path in FOLDER.glob("*.toml"))
