"""What a provider's error means: its nine body shapes, its status and its words, read into one Failure."""

import html
import re
from collections.abc import Mapping

from llmtui.chat.failure import Failure, FailureKind
from llmtui.providers.addresses import host_of, shown
from llmtui.providers.card import Card
from llmtui.providers.payload import parse, text_in
from llmtui.providers.rates import asked_wait, span
from llmtui.redaction import redacted

_LONGEST_CLAUSE = 240

# Trouble that passes by itself, so that it makes sense to wait.
_PASSING = ("rate_limit", "server", "timeout")

_BY_STATUS: Mapping[int, FailureKind] = {
    401: "auth",
    402: "credit",
    403: "auth",
    404: "not_found",
    405: "not_found",
    408: "timeout",
    410: "not_found",
    429: "rate_limit",
    504: "timeout",
    524: "timeout",
}

# Providers put the same trouble under different statuses (a bad key is 400 at xAI and Google), so the words
# decide first.
_WORDS: tuple[tuple[FailureKind, str], ...] = (
    (
        "context",
        r"maximum context length|max(imum)? context|context[ _]length[ _]exceeded|context window"
        r"|available context size|exceed_context_size|prompt( is)? too long|too_many_prompt_tokens"
        r"|input token count .* exceeds|total length of all messages is too long"
        r"|maximum prompt length|reduce the length of (the|your)",
    ),
    ("credit", r"insufficient[_ ](quota|balance|credit|fund)|billing[_ ]hard[_ ]limit|payment required"),
    (
        "auth",
        r"(incorrect|invalid|missing|bad|expired|no) (api|authentication)[ _-]?(key|header|token)"
        r"|api key (is )?(not valid|invalid|missing)|invalid_api_key|api_key_invalid|authentication_error"
        # A LiteLLM proxy without a database knows its master key only.
        r"|authentication fails|no_db_connection",
    ),
    (
        "not_found",
        r"model_not_found|invalid_model|model not found|model .* (does not exist|not found)"
        r"|not a valid model|invalid model\b|supported api model names",
    ),
    ("rate_limit", r"rate[_ ]?limit|too many requests|resource_exhausted"),
    ("server", r"overloaded"),
    ("refused", r"content[_ ](filter|policy)|safety|moderation|flagged"),
)
_BY_WORDS = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _WORDS)

# llama.cpp says with a 500 what it was not started or made for: asking again changes nothing.
_ABLE = re.compile(r"is not supported|requires --|^cannot use both", re.IGNORECASE)

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)


def failure_from(
    status: int,
    content_type: str,
    body: bytes,
    card: Card,
    where: str = "",
    headers: Mapping[str, str] | None = None,
    now: float | None = None,
) -> Failure:
    """The failure that an HTTP answer is: any status but a good one, or a good one with an error in it.

    `body` may be cut off; `where` is host:port, the card's own if empty; `headers` have lower-case names.
    `now`, in Unix seconds, is needed to understand a date until which we are asked to wait.
    """
    text = body.decode("utf-8-sig", "replace").strip()
    where = where or host_of(card.base_url)
    if is_html(content_type, text):
        title = page_title(text)
        said = f"a web page: {title}" if title else "a web page"
        return _failure(status, said, "", text, card, where, headers or {}, now)
    try:
        payload = parse(text)
    except ValueError:
        return _failure(status, text, "", text, card, where, headers or {}, now)
    return _failure(status, words_in(payload), _codes_in(payload), text, card, where, headers or {}, now)


def failure_in_stream(payload: object, card: Card, detail: str = "", finish: str = "") -> Failure:
    """The failure that an error object inside a good answer is; `finish` is its finish reason, if any."""
    words = words_in(payload) or (f"it ended with “{finish}”" if finish else "")
    return _failure(None, words, _codes_in(payload), detail, card, host_of(card.base_url), {}, None)


def words_in(payload: object, deep: int = 4) -> str:
    """The words for a person in an error body, whichever of the known shapes it has; empty if none."""
    if isinstance(payload, str):
        # Ollama hands on the error of what runs inside it, JSON and all, as words.
        return _words_in_raw(payload) if payload.startswith("{") else payload
    if not deep:
        return ""
    if isinstance(payload, list):
        return "; ".join(filter(None, (words_in(item, deep - 1) for item in payload[:3])))
    if not isinstance(payload, dict):
        return ""
    for field in ("error", "message", "detail", "msg", "errors", "error_message"):
        if words := words_in(payload.get(field), deep - 1):
            metadata = payload.get("metadata")
            if isinstance(metadata, dict) and (raw := text_in(metadata.get("raw"))):
                return f"{words}: {_words_in_raw(raw)}"
            return words
    return text_in(payload.get("type")) or text_in(payload.get("code"))


def is_html(content_type: str, text: str) -> bool:
    """Whether this is a page for a browser; what it says of itself counts less than how it begins."""
    start = text[:200].lstrip("\ufeff \t\r\n").lower()
    return start.startswith(("<!doctype", "<html", "<head", "<?xml", "<body")) or (
        "html" in content_type.lower() and start.startswith("<")
    )


def page_title(text: str) -> str:
    """What a web page says: its title, else its first line of text."""
    title = _TITLE.search(text)
    words = title.group(1) if title else _UNSEEN.sub("\n", text)
    lines = (line.strip() for line in html.unescape(words).splitlines())
    return next((line for line in lines if line), "")


def _words_in_raw(raw: str) -> str:
    try:
        return words_in(parse(raw)) or raw
    except ValueError:
        return raw


def _codes_in(payload: object) -> str:
    """The machine-readable words of an error, for recognising it."""
    if isinstance(payload, list):
        payload = payload[0] if payload else None
    if not isinstance(payload, dict):
        return ""
    found = [payload.get(field) for field in ("code", "type", "status")]
    error = payload.get("error")
    if isinstance(error, dict):
        found += [error.get(field) for field in ("code", "type", "status")]
    return " ".join(str(item) for item in found if isinstance(item, str | int))


def _failure(
    status: int | None,
    words: str,
    codes: str,
    detail: str,
    card: Card,
    where: str,
    headers: Mapping[str, str],
    now: float | None,
) -> Failure:
    kind = _kind(status, words, codes)
    said = _clause(words)
    what, hint = _advice(kind, status, said, card)
    wait = asked_wait(headers, now, detail or words) if kind in _PASSING else None
    if wait is not None:
        hint = f"It asks to wait {span(wait)}. Then try again, or choose another model (Ctrl+O)."
    elif kind in _PASSING and (date := headers.get("retry-after", "")[:40]).endswith("GMT") and now is None:
        hint = f"It asks to wait until {date}. Then try again."
    return Failure(kind, what, where, hint, status, detail, wait)


def _kind(status: int | None, words: str, codes: str) -> FailureKind:
    if status == 200 and words.startswith("a web page"):
        return "protocol"
    if status not in (401, 402):
        for kind, pattern in _BY_WORDS:
            # A server in trouble may quote anything, but what is too long is too long.
            if status is not None and status >= 500 and kind != "context":
                continue
            if pattern.search(words) or pattern.search(codes):
                return kind
    if status == 500 and _ABLE.search(words):
        return "bad_request"
    if status is not None and status >= 500:
        return _BY_STATUS.get(status, "server")
    if status is None or status < 300:
        code = next((int(word) for word in codes.split() if word.isdecimal() and len(word) == 3), 0)
        return _BY_STATUS.get(code, "server" if code >= 500 else "provider")
    return _BY_STATUS.get(status, "bad_request")


def _advice(kind: FailureKind, status: int | None, said: str, card: Card) -> tuple[str, str]:
    """The clause and the next step."""
    key = f"the key in {card.key_env}" if card.key_env else "the key"
    match kind:
        case "auth" if status == 403:
            return f"{key} is not allowed this{_quoting(said)}", "Use another key or model (Ctrl+O)."
        case "auth":
            first = f"; {card.key_env}, where it is set, goes first" if card.key_env else ""
            another = f"/keys {card.name} sets another, and so does `llmtui keys set {card.name}`{first}."
            return f"{key} was refused", another
        case "credit":
            return f"the account cannot pay{_quoting(said)}", "Add credit, or choose another model (Ctrl+O)."
        case "not_found":
            what = _missing(said) if said else f"there is nothing at {shown(card.base_url)}"
            return what, "Choose another model (Ctrl+O), or check the provider's base_url."
        case "rate_limit":
            return f"too many requests for now{_quoting(said)}", "Wait a moment, then try again."
        case "context":
            return (
                f"the conversation is too long for this model{_quoting(said)}",
                "Trim the conversation, begin a new one, or choose a model with a larger context (Ctrl+O).",
            )
        case "server" | "timeout":
            trouble = "it took too long" if kind == "timeout" else "the provider is in trouble"
            return f"{trouble}{_quoting(said)}", "Try again, or choose another model (Ctrl+O)."
        case "refused":
            return f"the provider's safety filter ended it{_quoting(said)}", "Say it in another way."
        case "protocol":
            return f"this is not the answer of a model, but {said}", "Check the provider's base_url."
        case "configuration":
            return said or "it sends us elsewhere", "Check the provider's base_url."
        case "provider":
            return (
                f"the provider reported an error{_quoting(said)}",
                "Try again, or choose another model (Ctrl+O).",
            )
        case _:
            what = said or "the request was not accepted"
            return what, "Change the request, or choose another model (Ctrl+O)."


def _missing(said: str) -> str:
    """Anthropic names a model that it does not have, and says no more."""
    return f"there is no {said}" if re.fullmatch(r"model: \S+", said) else said


def _quoting(said: str) -> str:
    return f": {said}" if said else ""


def _clause(words: str) -> str:
    """Words on one line, short, and without the full stop that the sentence around them brings."""
    # Before it is cut: half of a key would not be known for one.
    line = redacted(" ".join(words.split())[: 64 * _LONGEST_CLAUSE])
    if len(line) > _LONGEST_CLAUSE:
        line = line[:_LONGEST_CLAUSE].rsplit(" ", 1)[0] + " …"
    return line.rstrip(".! ")
