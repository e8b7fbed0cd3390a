"""What went wrong, as a value: what happened, where, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FailureKind = Literal[
    "auth",  # the key is missing, refused, or not allowed this
    "credit",  # the account cannot pay
    "not_found",  # no such model or address
    "rate_limit",  # too many requests or tokens for now
    "context",  # the conversation is longer than the model can read
    "bad_request",  # the provider did not accept what we sent
    "server",  # the provider's side broke
    "connection",  # nobody answered at that address
    "timeout",  # somebody answered too slowly
    "cut",  # the stream ended without its end mark
    "protocol",  # the answer was not in the language that was promised
    "limit",  # one of our own size limits was met
    "empty",  # a complete answer with nothing in it
    "refused",  # the provider's safety filter ended it
    "provider",  # the provider reported an error of its own inside the stream
    "configuration",  # something must be set up first
    "bug",  # llmtui itself went wrong
]


@dataclass(frozen=True, slots=True)
class Failure:
    """One trouble, in words for a person.

    `what` is a clause without a full stop ("the key in GROQ_API_KEY was refused"), `where` a host or
    host:port, `hint` the next step as a sentence, `status` the HTTP status if there was one, and `detail`
    what the other side wrote, whole and unedited: data, to be shown only through `safe_text`. `retry_after`
    is for how many seconds the other side asks to be left alone, if it said.
    """

    kind: FailureKind
    what: str
    where: str = ""
    hint: str = ""
    status: int | None = None
    detail: str = ""
    retry_after: float | None = None

    @property
    def message(self) -> str:
        """The whole in one or two sentences: `401 from api.groq.com: the key … was refused. /keys …`."""
        head = " from ".join(str(word) for word in (self.status, self.where) if word)
        sentence = f"{head}: {self.what}" if head else self.what[:1].upper() + self.what[1:]
        return f"{sentence}. {self.hint}".rstrip() if self.hint else f"{sentence}."

    @property
    def brief(self) -> str:
        """The trouble in a few words, to follow a model's name: `was rate-limited (429)`."""
        # Where nobody was asked, nobody refused.
        words = "has no usable key" if self.kind == "auth" and not self.where else _BRIEF[self.kind]
        return f"{words} ({self.status})" if self.status else words


_BRIEF: Mapping[FailureKind, str] = {
    "auth": "refused the key",
    "credit": "wants to be paid",
    "not_found": "was not found",
    "rate_limit": "was rate-limited",
    "context": "cannot read that much",
    "bad_request": "refused the request",
    "server": "was in trouble",
    "connection": "could not be reached",
    "timeout": "took too long",
    "cut": "was cut off",
    "protocol": "gave no answer of a model",
    "limit": "sent too much",
    "empty": "said nothing",
    "refused": "was stopped by a filter",
    "provider": "reported an error",
    "configuration": "is not set up",
    "bug": "met a bug of llmtui",
}
