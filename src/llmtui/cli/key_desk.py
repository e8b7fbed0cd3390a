"""Keys as the screen deals with them: where they come from, and keeping one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmtui.cli.wiring import House


class KeyDesk:
    """Fits `tui.needs.Keys`."""

    def __init__(self, house: "House") -> None:
        self._house = house

    @property
    def told(self) -> Sequence[str]:
        from llmtui.cli.keys import told

        found = ((card, self._house.keys.sources(card)) for card in self._house.cards.values())
        return [f"{card.title}: {told(sources[0])}" for card, sources in found if sources]

    def keep(self, provider: str, key: str) -> str:
        card = self._house.cards.get(provider)
        if card is None or card.auth == "none":
            return f"{card.title if card else provider} takes no key"
        from llmtui.cli.keys import sentence_of

        failure = self._house.keys.keep(card, key)
        return sentence_of(failure) if failure else ""

    def before(self, provider: str) -> str:
        card = self._house.cards.get(provider)
        first = self._house.keys.sources(card)[:1] if card else ()
        return next((source.place for source in first if source.kind in ("environment", "command")), "")
