"""The gate by itself: only what is exactly ours comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from llmtui.web.gate import Asked, Gate

HOME = Gate("127.0.0.1", 8765)
SIX = Gate("::1", 8765)
EVERYWHERE = Gate("0.0.0.0", 8765)
SHORT = Gate("127.0.0.1", 80)


def comes_in(gate: Gate, host: str, **more: object) -> bool:
    """Whether somebody with the right cookie comes in under this name."""
    return gate.admits(Asked(path="/state", hosts=[host], ticket=gate.ticket, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gate", "host"),
    [
        *((HOME, "127.0.0.1:8765"), (HOME, "localhost:8765"), (HOME, "LOCALHOST:8765"), (SIX, "[::1]:8765")),
        *((EVERYWHERE, "192.168.1.7:8765"), (EVERYWHERE, "[fe80::1]:8765"), (SHORT, "127.0.0.1")),
    ],
)
def test_our_own_names_are_let_in(gate: Gate, host: str) -> None:
    assert comes_in(gate, host)
    assert comes_in(gate, host, upgrade=True, origins=[f"http://{host}"])


@given(some.sampled_from([HOME, SIX, SHORT]), some.text() | some.from_regex(r"[a-z0-9.\[\]:-]{1,40}"))
def test_no_other_name_is(gate: Gate, host: str) -> None:
    names = {"127.0.0.1:8765", "localhost:8765", "[::1]:8765", "127.0.0.1", "localhost"}
    assert host.lower() in names or not comes_in(gate, host)


@given(some.from_regex(r"[a-z][a-z0-9.-]{0,30}:8765", fullmatch=True))
def test_on_every_address_a_name_is_still_not_let_in(host: str) -> None:
    assert not comes_in(EVERYWHERE, host)


@pytest.mark.parametrize(
    "host", ["192.168.1.7", "192.168.1.7:1", "::1:8765", "192.168.1.7.evil:8765", "[::1"]
)
def test_on_every_address_a_number_needs_our_port(host: str) -> None:
    assert not comes_in(EVERYWHERE, host)


@given(some.text())
def test_only_the_ticket_itself_opens(ticket: str) -> None:
    assert not HOME.admits(Asked(path="/", hosts=["127.0.0.1:8765"], ticket=ticket))


@given(some.text())
def test_only_the_token_itself_opens(token: str) -> None:
    assert not HOME.admits(Asked(path="/", hosts=["127.0.0.1:8765"], token=token, ticket=HOME.ticket))


@given(some.text())
def test_no_other_origin_opens(origin: str) -> None:
    assert not comes_in(HOME, "127.0.0.1:8765", upgrade=True, origins=[origin])


def test_two_hosts_are_one_too_many_and_none_too_few() -> None:
    for hosts in ([], ["127.0.0.1:8765", "127.0.0.1:8765"]):
        assert not HOME.admits(Asked(path="/", hosts=hosts, ticket=HOME.ticket))


def test_no_two_starts_have_the_same_secrets_and_none_is_shown() -> None:
    gates = [Gate("127.0.0.1", 8765) for _ in range(3)]
    secrets = {gate.token for gate in gates} | {gate.ticket for gate in gates}
    assert len(secrets) == 6
    assert not any(secret in repr(gates) for secret in secrets)
