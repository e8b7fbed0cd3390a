"""The certificate authority of the tests is the one that is trusted here, as a company's own would be."""

import pytest

from tests.wire.server import AUTHORITY


@pytest.fixture(autouse=True)
def _our_own_authority(monkeypatch: pytest.MonkeyPatch) -> None:
    # Also, one certificate is read in no time; all those of the world take 40 ms for each client.
    monkeypatch.setenv("SSL_CERT_FILE", str(AUTHORITY))
