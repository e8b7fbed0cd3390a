"""Run as a program: llmtui as if its entrances let every text and every link in as they come.

What stands between them and the terminal then is the choke point alone, which has its own hold on the rules.
"""

import sys
from collections.abc import Iterator

# Before the rules are taken away from everybody else.
import llmtui.tui.outside.link_target
import llmtui.tui.terminal.safe_strips  # noqa: F401
from llmtui import terminal


def _pieces(text: str) -> Iterator[tuple[int, str, bool]]:
    yield 0, text, False


# One line stays one line: that is a matter of laying out.
for _name, _loose in {
    "safe_text": lambda text: text,
    "safe_line": lambda text: " ".join(text.split()),
    "safe_link": lambda target: target,
    "safe_pieces": _pieces,
}.items():
    setattr(terminal, _name, _loose)

if __name__ == "__main__":
    from llmtui.cli import main

    sys.exit(main())
