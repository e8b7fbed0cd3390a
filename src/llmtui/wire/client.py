"""The HTTP clients; importing this imports httpx, which the screen does only after its first paint."""

import logging
import ssl
from pathlib import Path

import httpx

# A proxy cannot reach the servers on this machine.
_THIS_MACHINE = ("all://localhost", "all://127.0.0.1", "all://[::1]")


def new_client(connect_seconds: float, ca_file: str = "", in_here: bool = False) -> httpx.AsyncClient:
    """A client that keeps connections, follows no redirect and asks for bodies as they are.

    Slow (it reads the certificates): call it in a thread. Proxies and certificate files come from the
    environment, as httpx documents; with `ca_file` only the authorities in that file are trusted. One that
    stays `in_here` speaks plain HTTP to this machine: it asks no proxy, and reads no certificate and trusts
    none. Raises ValueError, ImportError or OSError if they are no good.
    """
    # Their records tell of addresses and headers, where somebody may have put a secret.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        return httpx.AsyncClient(
            # One for the servers and every proxy: the certificates of the world are three megabytes.
            verify=_trusted(ca_file, in_here),
            trust_env=not in_here,
            # Reading is timed by Patience, who knows comments from words.
            timeout=httpx.Timeout(30.0, connect=connect_seconds, read=None),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=16, keepalive_expiry=60.0),
            headers={"accept-encoding": "identity", "user-agent": "llmtui"},
            follow_redirects=False,
            mounts=dict.fromkeys(_THIS_MACHINE),
        )
    except httpx.InvalidURL:
        # Its words may hold a piece of a proxy's password.
        raise ValueError("a proxy's URL cannot be read") from None


def _trusted(ca_file: str, in_here: bool) -> ssl.SSLContext:
    if in_here:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file:
        return ssl.create_default_context(cafile=Path(ca_file).expanduser())
    return httpx.create_ssl_context()
