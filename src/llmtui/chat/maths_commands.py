"""What the commands of LaTeX say, as pieces of text."""

from llmtui.chat import maths_signs as signs
from llmtui.chat.maths_pieces import NotMaths, Piece, enclosed, joined
from llmtui.chat.maths_reader import Reader
from llmtui.chat.maths_rows import read_environment

_ROOTS = {"2": "√", "3": "∛", "4": "∜"}


def read_command(name: str, reader: Reader, found: list[Piece]) -> None:
    """Add what a command says; what is not known stays as it was written, with what is in its braces."""
    if _is_sign(name, found) or name in signs.LAYOUT:
        if name == "partial":
            reader.skip_space()
        return
    match name:
        case "frac" | "dfrac" | "tfrac" | "cfrac" | "sfrac" | "nicefrac":
            above, below = reader.argument(), reader.argument()
            found.append(Piece(f"{enclosed(above)}/{enclosed(below, below=True)}", "fraction"))
        case "binom" | "dbinom" | "tbinom":
            many, few = joined(reader.argument()), joined(reader.argument())
            found.append(Piece(f"({many} choose {few})"))
        case "sqrt":
            _root(reader, found)
        case "left" | "right":
            _delimiter(reader, found, "opening" if name == "left" else "closing")
        case "operatorname" | "operatorname*":
            found.append(Piece(joined(reader.argument()), "function"))
        case "pmod" | "pod":
            found.append(Piece(f" (mod {joined(reader.argument())})", "closing"))
        case "mod":
            found.append(Piece(" mod ", "operator"))
        case "boxed" | "fbox":
            found.append(Piece(f"[ {joined(reader.argument()).strip()} ]"))
        case "tag" | "tag*":
            found.append(Piece(f"   ({reader.raw()})", "closing"))
        case "not":
            _negated(reader, found)
        case "xrightarrow" | "xleftarrow":
            words = joined(reader.argument()).strip()
            found.append(Piece(f" ─{words}→ " if name == "xrightarrow" else f" ←{words}─ ", "operator"))
        case "overset" | "stackrel":
            over, base = joined(reader.argument()).strip(), joined(reader.argument()).strip()
            found.append(Piece(f" {base}^({over}) ", "operator"))
        case "underset":
            under, base = joined(reader.argument()).strip(), joined(reader.argument()).strip()
            found.append(Piece(f"{base}_({under})", "function"))
        case "begin":
            found.append(read_environment(reader))
        case _ if name in signs.TEXT:
            found.append(Piece(reader.raw()))
        case _ if name in signs.UPRIGHT:
            found.append(Piece(joined(reader.argument()).strip()))
        case _ if name in signs.ALPHABETS:
            text = reader.raw() if name.startswith("text") or name == "emph" else joined(reader.argument())
            found.append(Piece("".join(signs.styled(name, sign) for sign in text)))
        case _ if name in signs.ACCENTS:
            _accent(name, reader, found)
        case "end" | "\\":
            raise NotMaths
        case _:
            _unknown(name, reader, found)


def _is_sign(name: str, found: list[Piece]) -> bool:
    """Add a command that is one sign, if it is one."""
    if name in signs.SYMBOLS:
        found.append(Piece(signs.SYMBOLS[name]))
    elif name in signs.RELATIONS:
        found.append(Piece(signs.RELATIONS[name], "relation"))
    elif name in signs.OPERATORS:
        found.append(Piece(signs.OPERATORS[name], "operator"))
    elif name in signs.BIG:
        found.append(Piece(signs.BIG[name], "big"))
    elif name in signs.FUNCTIONS:
        found.append(Piece("mod" if name == "bmod" else name, "function"))
    elif name in signs.SPACES:
        found.append(Piece(signs.SPACES[name], "space"))
    elif name in signs.OPENING or name == "{":
        found.append(Piece(signs.OPENING.get(name, "{"), "opening"))
    elif name in signs.CLOSING or name == "}":
        found.append(Piece(signs.CLOSING.get(name, "}"), "closing"))
    elif name in signs.FENCES or name == "|":
        found.append(Piece(signs.FENCES.get(name, "‖"), "stop"))
    elif name in signs.ESCAPED:
        found.append(Piece(name))
    else:
        return False
    return True


def _root(reader: Reader, found: list[Piece]) -> None:
    index = reader.option()
    text = enclosed(reader.argument(), below=True)
    if index is None or index.strip() in _ROOTS:
        found.append(Piece(_ROOTS[(index or "2").strip()] + text))
        return
    high = signs.script(index.strip(), high=True)
    found.append(Piece(f"{high}√{text}" if high else f"root({index.strip()}, {text})"))


def _delimiter(reader: Reader, found: list[Piece], kind: str) -> None:
    """A bracket that grows with what it holds; a full stop stands for none."""
    reader.skip_space()
    token = reader.take()
    if not token or token in ("{", "}"):
        raise NotMaths
    if token == ".":
        return
    inside: list[Piece] = []
    if token[0] == "\\" and not _is_sign(token[1:], inside):
        raise NotMaths
    text = inside[0].text if inside else token
    found.append(Piece({"<": "⟨", ">": "⟩"}.get(text, text), "opening" if kind == "opening" else "closing"))


def _negated(reader: Reader, found: list[Piece]) -> None:
    inside = reader.argument()
    if len(inside) != 1 or len(inside[0].text) != 1:
        raise NotMaths
    found.append(Piece(f" {inside[0].text}\u0338 ", "relation"))


def _accent(name: str, reader: Reader, found: list[Piece]) -> None:
    text, mark = joined(reader.argument()).strip(), signs.ACCENTS[name]
    if name in signs.LINES:
        found.append(Piece("".join(sign + mark for sign in text)))
    elif len(text) == 1:
        found.append(Piece({"ı": "i", "ȷ": "j"}.get(text, text) + mark))
    else:
        found.append(Piece(f"{name}({text})"))


def _unknown(name: str, reader: Reader, found: list[Piece]) -> None:
    written = f"\\{name}"
    while reader.now == "{":
        written += "{" + reader.raw() + "}"
    found.append(Piece(written))
