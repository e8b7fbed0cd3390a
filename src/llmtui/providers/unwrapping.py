"""Markdown whose paragraphs are broken into lines for an editor, as one would say it: a line for each."""

import re

# What begins a line of its own: a heading, a list item, a quote, a table row, a fence, a comment, code.
_OWN_LINE = re.compile(r"\s*(?:#|[-*+] |\d+[.)] |>|\||```|<!--|    )")


def unwrapped(markdown: str) -> str:
    """The same words with the line breaks inside paragraphs and list items taken out; code is left alone."""
    lines: list[str] = []
    in_code = False
    for line in markdown.split("\n"):
        if line.lstrip().startswith("```"):
            in_code = not in_code
            lines.append(line)
        elif in_code or not _goes_on(lines, line):
            lines.append(line)
        else:
            lines[-1] += f" {line.strip()}"
    return "\n".join(lines)


def _goes_on(before: list[str], line: str) -> bool:
    """Whether a line goes on with the paragraph or item that the one before it began."""
    if not before or not line.strip() or _OWN_LINE.match(line):
        return False
    last = before[-1].lstrip()
    return bool(last) and not last.startswith(("#", "|", "```", "<!--"))
