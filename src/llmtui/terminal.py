"""What text may do to a terminal: nothing but be read."""

import re
from collections.abc import Iterator
from functools import cache

# What is not for showing. C0 but tab and newline, DEL and C1 command a terminal; lone surrogates are nothing.
# Bidirectional controls, tag characters and what nobody would see make text look like another text.
# The empty pattern of braille is like a space, and stays.
UNSAFE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\U000e0000-\U000e0fff"
    "\u00ad\u115f\u1160\u180b-\u180f\u200b\u2028\u2029\u2060-\u2065\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\u034f\u17b4\u17b5\u200c\u200d\ufe00-\ufe0f\U0001d159"
)
# The flags of England, Scotland and Wales are the only emoji with tags in them.
_FLAGS = tuple(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in country) + "\U000e007f"
    for country in ("gbeng", "gbsct", "gbwls")
)
# Scripts that need joiners, and signs that have a form as an emoji.
_JOINED = (
    "\u0600-\u109f\u1780-\u18aa\u1900-\u1cff\ua800-\ua8ff\ua930-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
_EMOJI = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
# What belongs to the letter before it: where a line may end in scripts without spaces, which form of a
# Mongolian letter is meant, which one of a Chinese character, of a sign of mathematics or of an emoji, and
# what joins letters and emoji or keeps them apart. A word in other letters may have an ending in Arabic ones.
_WRITTEN = (
    f"(?<=[{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?=[\u0600-\u08ff])"
    f"|(?<=[{_EMOJI}])[\u200d\ufe0e\ufe0f]|(?<=[{_EMOJI}]\ufe0f)\u200d|(?<=[0-9#*])\ufe0f(?=\u20e3)"
    "|(?<=[\u1000-\u109f\u2200-\u22ff\u2a00-\u2aff\u3001\u3002\u3400-\u4dbf\u4e00-\u9fff\ua840-\ua877"
    "\uf900-\ufaff\uff01-\uff1f\U00010ac0-\U00010aff\U00013000-\U000143ff\U00020000-\U0003fffd])[\ufe00-\ufe06]"
    "|(?<=[\u0591-\u05c7])\u034f|"
    "(?<=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df])\u200b|(?<=[\u1820-\u18aa])[\u180b-\u180f]"
    "|(?<=[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd])[\U000e0100-\U000e01ef]"
)
_LINKS = ("http://", "https://", "mailto:")


@cache
def unsafe() -> re.Pattern[str]:
    """One character that is not for showing. Of so many ranges a pattern takes a millisecond to make."""
    return re.compile(f"[{UNSAFE}]")


@cache
def _written() -> re.Pattern[str]:
    return re.compile(_WRITTEN)


def safe_text(text: str) -> str:
    """The text with every character that could command or deceive made visible instead.

    ESC becomes ␛ and so on (Unicode control pictures), C1 and lone surrogates become U+FFFD, and
    direction signs, tags and what nobody would see are spelled out as `<U+202E>` where they do not belong to
    the sign before them, as the tags of a flag do. Newlines and tabs stay; CRLF and CR become
    newlines. The stored words are never changed: this is for showing them.
    """
    if text.isascii() and text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unsafe().sub(_made_visible, text)


def safe_pieces(text: str) -> Iterator[tuple[int, str, bool]]:
    """What `safe_text` shows of a line, for whoever must know where it is written: where each piece begins in
    the text, what is shown, and whether that is the name of one character. Others are as long as shown."""
    text = text.replace("\r", " ")
    done = 0
    for match in unsafe().finditer(text):
        if len(shown := _made_visible(match)) == 1:
            continue
        if match.start() > done:
            yield done, safe_text(text[done : match.start()]), False
        yield match.start(), shown, True
        done = match.end()
    if done < len(text):
        yield done, safe_text(text[done:]), False


def safe_line(text: str) -> str:
    """`safe_text` on one line: for titles, names and labels."""
    return " ".join(safe_text(text).split())


def safe_link(target: str) -> str | None:
    """The target if it may be opened or offered as a terminal hyperlink, else None."""
    if not target.lower().startswith(_LINKS) or any(map(str.isspace, target)):
        return None
    joiners = ("\u200c", "\u200d")
    for match in unsafe().finditer(target):
        if match.group() not in joiners or not is_written(target, match.start()):
            return None
    return target


def is_written(text: str, at: int) -> bool:
    """Whether this sign, which is unsafe elsewhere, belongs to the one before it, as its writer meant it."""
    if _written().match(text, at):
        return True
    flag = text.rfind(_FLAGS[0][0], max(0, at - len(_FLAGS[0]) + 1), at)
    return flag >= 0 and text.startswith(_FLAGS, flag)


def _made_visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if is_written(match.string, match.start()):
        return match.group()
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code < 0xA0 or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"<U+{code:04X}>"
