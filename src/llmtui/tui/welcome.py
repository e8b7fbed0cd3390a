"""What an empty conversation says."""

from textual.content import Content

from llmtui.chat.models import GUIDE


def welcome(model: str, offered: int) -> Content:
    """A few calm lines, short enough for a narrow terminal.

    `offered` is how many models were found besides the built-in guide.
    """
    lines: list[Content | tuple[str, str]] = [("llmtui\n\n", "bold $primary")]
    if model == GUIDE:
        lines.append(("This is the built-in guide, no LLM:\nit answers about llmtui, offline.\n\n", ""))
        lines.append((_how_to_go_on(offered), ""))
    else:
        lines.append(("Type a question and press Enter.\n\n", ""))
    lines.append(("Ctrl+O models  Ctrl+R earlier  F1 help", "$text-muted"))
    return Content.assemble(*lines)


def _how_to_go_on(offered: int) -> str:
    if offered:
        found = "1 model is" if offered == 1 else f"{offered:,} models are"
        return f"{found} waiting for you:\nCtrl+O chooses one.\n\n"
    return "For an LLM, enter a key with\n/keys openrouter, or start Ollama.\n\n"
