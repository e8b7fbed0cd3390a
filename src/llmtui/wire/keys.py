"""A key on the wire: in one header, to one origin, never in the open, and in no message."""

from dataclasses import replace

from llmtui.chat.failure import Failure
from llmtui.providers.addresses import host_of, is_loopback, is_near, secret_in
from llmtui.providers.card import Card
from llmtui.redaction import TAKEN_OUT, is_secretive, learn, redacted

_SECRET_HEADERS = ("authorization", "x-api-key", "x-goog-api-key", "api-key", "cookie")


def key_headers(card: Card, key: str) -> dict[str, str] | Failure:
    """The header that shows the key to the card's server; a failure if no header can hold it.

    From here on nothing that this process tells of itself has the key in it.
    """
    learn(secrets_of(card, key))
    if card.auth == "none" or not key:
        return {}
    if not (key.isascii() and key.isprintable()) or " " in key:
        place = card.key_env or f"api_key_cmd of {card.name}"
        return Failure(
            "auth",
            f"the key in {place} holds a space, a line break or a letter that no key has",
            host_of(card.base_url),
            "Copy the key again, and try again.",
        )
    return {"authorization": f"Bearer {key}"} if card.auth == "bearer" else {card.auth: key}


def in_the_open(card: Card, key: str) -> Failure | None:
    """The failure of sending over plain http what others on the way could read, None if that is no matter.

    A key needs `allow_insecure` to go to any other machine. Words alone may go to one in the same house,
    as to an Ollama on the next desk.
    """
    url = card.base_url
    if card.allow_insecure or not url.lower().startswith("http://") or is_loopback(url):
        return None
    secret = bool(key) or "@" in url or any(name.lower() in _SECRET_HEADERS for name in card.headers)
    if not secret and is_near(url):
        return None
    what = "the key" if secret else "the conversation"
    return Failure(
        "configuration",
        f"{what} would travel in the open, over plain http",
        host_of(url),
        f"Begin base_url with https://, or set allow_insecure = true in [providers.{card.name}].",
    )


def naming(failure: Failure, card: Card, place: str) -> Failure:
    """The failure with the place where the refused key is kept, if that is not the card's variable."""
    if failure.kind != "auth" or not place or place == card.key_env:
        return failure
    said = f"the key in {card.key_env}" if card.key_env else "the key"
    if not failure.what.startswith(said):
        return failure
    # Were the variable set, its key would have been the one.
    hint = failure.hint.replace(f"; {card.key_env}, where it is set, goes first", "")
    return replace(failure, what=f"the key in {place}{failure.what[len(said) :]}", hint=hint)


def without_key(failure: Failure, card: Card, key: str) -> Failure:
    """The failure with the key taken out of what the other side wrote, should it have repeated it; and with
    it whatever of the card is as secret, and whatever else looks so."""
    secrets = secrets_of(card, key)

    def clean(text: str) -> str:
        for secret in secrets:
            # Nobody's words but the other side's: a key of three letters is one here.
            text = text.replace(secret, TAKEN_OUT)
        return redacted(text)

    return replace(
        failure, what=clean(failure.what), hint=redacted(failure.hint), detail=clean(failure.detail)
    )


def secrets_of(card: Card, key: str) -> list[str]:
    """What nobody may read in a message, the longest first: the key, the password of an address, and what
    the user's own headers and parameters prove themselves with."""
    password = secret_in(card.base_url)
    given = {**card.headers, **card.query}
    proofs = [text for name, text in given.items() if name.lower() in _SECRET_HEADERS or is_secretive(name)]
    words = [proof.rpartition(" ")[2] for proof in proofs]
    found = {key, password, password.partition(":")[2], *proofs, *words}
    return sorted((secret for secret in found if secret), key=len, reverse=True)
