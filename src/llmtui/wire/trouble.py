"""What went wrong on the way, in words: refused, unknown, too slow, not trusted, cut."""

import os
import socket
import ssl
from collections.abc import Iterator

import httpx

from llmtui.chat.failure import Failure
from llmtui.providers.addresses import host_of, shown
from llmtui.providers.card import Card
from llmtui.wire.proxies import way_to


def failure_of(trouble: Exception, card: Card, connect_seconds: float) -> Failure:
    """The failure that an exception on the way to this card's server is."""
    where = host_of(card.base_url)
    running = f"Is {card.title} running? Start it" if card.local else "Check your network and its base_url"
    again = f"{running}, then try again."
    match trouble:
        case httpx.ConnectTimeout() if proxy := way_to(card.base_url, os.environ).proxy:
            return _no_proxy(proxy, card, str(trouble))
        case httpx.ConnectTimeout():
            return Failure("timeout", f"it did not answer within {connect_seconds:g} s", where, again)
        case httpx.ProxyError() if "407" in str(trouble):
            return proxy_wants_a_name(where, str(trouble))
        case httpx.ProxyError():
            hint = "Check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY."
            return Failure("connection", "the proxy did not let us through", where, hint, detail=str(trouble))
        case httpx.ConnectError():
            return _unconnected(trouble, card, where, again)
        case httpx.TimeoutException():
            return Failure("timeout", "it did not take the whole request in time", where, "Try again.")
        case httpx.RemoteProtocolError() | httpx.ReadError() | httpx.WriteError() | httpx.CloseError():
            hint = "Try again."
            return Failure("cut", "the connection broke", where, hint, detail=str(trouble))
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            hint = f"Correct base_url of [providers.{card.name}]."
            return Failure("configuration", f"{shown(card.base_url)} is no address of a server", where, hint)
        case httpx.DecodingError():
            return Failure("protocol", "the answer could not be unpacked", where, "Try again.")
        case _:
            detail = f"{type(trouble).__name__}: {trouble}"
            return Failure("connection", "the request did not get through", where, again, detail=detail)


def proxy_wants_a_name(where: str, detail: str) -> Failure:
    """A proxy (407) that lets nobody through without a name and a password."""
    hint = "Put them into its variable: HTTPS_PROXY=http://name:password@host:port."
    what = "the proxy on the way wants a name and a password"
    return Failure("connection", what, where, hint, 407, detail)


def _no_proxy(proxy: str, card: Card, detail: str) -> Failure:
    """What stands between us and the server cannot be reached: nothing is known of the server itself."""
    variable = way_to(card.base_url, os.environ).why
    hint = f"Start it, correct {variable}, or name the host in NO_PROXY; llmtui doctor says what applies."
    return Failure(
        "connection",
        f"the proxy {host_of(proxy)} does not answer",
        host_of(card.base_url),
        hint,
        detail=detail,
    )


def _unconnected(trouble: httpx.ConnectError, card: Card, where: str, again: str) -> Failure:
    detail = str(trouble)
    for cause in causes(trouble):
        match cause:
            case ssl.SSLCertVerificationError():
                hint = (
                    f"If its certificate authority is your own, name its file in ca_file of "
                    f"[providers.{card.name}], or in SSL_CERT_FILE for all."
                )
                why = f"its certificate is not trusted: {cause.verify_message}"
                return Failure("connection", why, where, hint, detail=str(cause))
            case ssl.SSLError():
                hint = "Should base_url begin with http:// instead of https://?"
                return Failure("connection", "it does not speak TLS", where, hint, detail=str(cause))
            case OSError() if proxy := way_to(card.base_url, os.environ).proxy:
                return _no_proxy(proxy, card, detail)
            case socket.gaierror():
                hint = "Check the spelling of its base_url, and your network."
                return Failure("connection", "no computer is known by this name", where, hint, detail=detail)
            case ConnectionRefusedError():
                return Failure("connection", "nobody answers there", where, again, detail=detail)
    return Failure("connection", "it cannot be reached", where, again, detail=detail)


def causes(trouble: BaseException) -> Iterator[BaseException]:
    """An exception and everything that led to it."""
    waiting: list[BaseException | None] = [trouble]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            waiting.extend(cause.exceptions)
        waiting += [cause.__cause__, cause.__context__]
