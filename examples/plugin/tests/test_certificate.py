"""A certificate's remaining validity is measured, and the kind keeps the contract."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from canary_tls.certificate import Certificate
from canary_tls.server import TlsServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from checks import contract
from checks.api import Moment, Outcome, Secrets

NOBODY = Secrets({})
NOW = datetime.now(UTC).replace(microsecond=0)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])


def check(limit: str = "> 21d") -> Certificate:
    written = {"kind": "tls.certificate", "source": "front-door", "owner": "platform"}
    return Certificate.model_validate({**written, "pass": {"expires_in": limit}})


def source(port: int) -> TlsServer:
    return TlsServer(kind="tls", host="localhost", port=port)


def pem(*, days: int) -> bytes:
    """A certificate and its key, valid for `days` more."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder(NAME, NAME, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=365))
        .not_valid_after(NOW + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


@contextmanager
def serving(file: Path, *, days: int) -> Iterator[int]:
    """Yields the port of a server with that certificate."""
    file.write_bytes(pem(days=days))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    wire, _ = listening.accept()
                except OSError:  # the test is over
                    return
                try:
                    context.wrap_socket(wire, server_side=True).close()
                except OSError:
                    wire.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_it_describes_itself_and_survives_json() -> None:
    contract.describes_itself("tls.certificate", Certificate)
    contract.describes_itself("tls", TlsServer)
    contract.survives_json(check())
    contract.words_its_readings(check())


async def test_the_remaining_validity_is_measured(tmp_path: Path) -> None:
    moment = Moment(now=NOW)
    with serving(tmp_path / "server.pem", days=30) as port:
        await contract.measures_what_it_declares(check(), source(port), moment, NOBODY)
        result = await contract.answers(check(), source(port), moment, NOBODY)
    [reading] = result.measurements[0].readings
    assert (result.outcome, reading.value) == (Outcome.PASS, 30 * 86400)


@pytest.mark.parametrize(("days", "outcome"), [(14, Outcome.FAIL), (-1, Outcome.FAIL)])
async def test_a_certificate_that_expires_soon_or_has_expired_fails(
    tmp_path: Path, days: int, outcome: Outcome
) -> None:
    with serving(tmp_path / "server.pem", days=days) as port:
        result = await contract.answers(check(), source(port), Moment(now=NOW), NOBODY)
    assert result.outcome is outcome


async def test_an_unreachable_server_is_an_error() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        await contract.fails_closed(check(), source(unheard.getsockname()[1]), Moment(now=NOW))


async def test_a_server_that_never_completes_a_handshake_can_be_cancelled() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        await contract.can_be_cancelled(check(), source(silent.getsockname()[1]), Moment(now=NOW))
