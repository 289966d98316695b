"""TLS contexts: trusted authorities and client certificates. Raises CheckError if a file cannot be used."""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import certifi

from checks.outcome import Cause, CheckError
from checks.regular import NotRegularError, open_regular

CertificateFiles: TypeAlias = tuple[str, str]  # the certificate chain and its private key, in PEM


def trusting(ca_file: str, certificate: CertificateFiles | None = None) -> ssl.SSLContext:
    """Trusts the authorities in the `ca_file`, or the public ones; uses the client `certificate`, if there is
    one.
    """
    authorities = Path(ca_file or certifi.where())
    changed = _changed("ca_file", authorities)
    certificate_changed = 0
    if certificate:
        certificate_changed = max(
            _changed("cert_file", Path(certificate[0])), _changed("key_file", Path(certificate[1]))
        )
    return _context(authorities, certificate, (changed, certificate_changed))


def _changed(key: str, path: Path) -> int:
    """Returns when the file was last changed, in ns, so that renewed files are read again."""
    try:
        with open_regular(path) as file:  # for a better error message than TLS's, which also waits for a pipe
            return os.fstat(file.fileno()).st_mtime_ns
    except FileNotFoundError:
        problem, hint = "does not exist", "Correct its path; it is on the bot's machine."
    except NotRegularError:
        problem, hint = "is a folder" if path.is_dir() else "is not a file", "Name a PEM file."
    except PermissionError:
        problem, hint = "may not be read by the bot's user", "Allow it to be read."
    except (OSError, ValueError):
        problem, hint = "cannot be read", "Correct its path; it is on the bot's machine."
    raise CheckError(f"the {key} {path} {problem}", cause=Cause.CONFIGURATION, hint=hint)


@lru_cache(maxsize=16)
def _context(authorities: Path, certificate: CertificateFiles | None, _changed: object) -> ssl.SSLContext:
    """Cached: reading the authorities takes some 30 ms, which fifty probes would each need."""
    try:
        context = ssl.create_default_context(cafile=authorities)
    except (OSError, ValueError):
        raise CheckError(
            f"the ca_file {authorities} contains no certificate in PEM form",
            cause=Cause.CONFIGURATION,
            hint="It begins with -----BEGIN CERTIFICATE-----.",
        ) from None
    if certificate:
        _present(context, certificate)
    return context


def _present(context: ssl.SSLContext, certificate: CertificateFiles) -> None:
    try:
        context.load_cert_chain(*certificate, password=_refuse_password)
    except (OSError, ValueError):
        raise CheckError(
            f"the cert_file {certificate[0]} and the key_file {certificate[1]} are not a certificate in PEM form and its key",
            cause=Cause.CONFIGURATION,
            hint="Name the certificate with its chain, and its private key without a passphrase.",
        ) from None


def _refuse_password() -> str:
    """Otherwise OpenSSL would prompt for it on the terminal."""
    raise ValueError("a passphrase is not supported")
