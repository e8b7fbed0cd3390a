"""What went wrong, as a value: what happened, where, and what to do next."""

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
    what the other side wrote, whole and unedited: data, to be shown only through `safe_text`.
    """

    kind: FailureKind
    what: str
    where: str = ""
    hint: str = ""
    status: int | None = None
    detail: str = ""

    @property
    def message(self) -> str:
        """The whole in one or two sentences: `401 from api.groq.com: the key … was refused. /keys …`."""
        head = " from ".join(str(word) for word in (self.status, self.where) if word)
        sentence = f"{head}: {self.what}" if head else self.what[:1].upper() + self.what[1:]
        return f"{sentence}. {self.hint}".rstrip() if self.hint else f"{sentence}."
