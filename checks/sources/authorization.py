"""HTTP authorization of requests."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from checks.outcome import Cause, CheckError
from checks.regular import open_regular
from checks.secrets import SecretText

_LONGEST = 1 << 16  # bytes of a token


@dataclass(frozen=True)
class Authorization:
    """`unknown`: a token in it that is in no variable, and would not be redacted."""

    header: str
    unknown: str = ""

    @classmethod
    def bearer(cls, token: str) -> Authorization:
        return cls(f"Bearer {token}")

    @classmethod
    def from_file(cls, path: str) -> Authorization:
        """Read for each request, because such tokens are renewed. Raises CheckError if there is none."""
        try:
            with open_regular(Path(path)) as file:
                token = file.read(_LONGEST + 1).decode("ascii").strip()
        except OSError as error:
            problem = error.strerror or "it cannot be read"
        except UnicodeDecodeError:
            problem = "it contains more than a token"
        else:
            if token and len(token) <= _LONGEST and token.isprintable() and " " not in token:
                return cls(f"Bearer {token}", unknown=token)
            problem = "it is empty, or contains more than a token"
        raise CheckError(
            f"the token in the bearer_file {path} cannot be sent: {problem}",
            cause=Cause.CONFIGURATION,
            hint="Correct its path or content; it is on the bot's machine.",
        )

    @classmethod
    def basic(cls, username: str, password: str) -> Authorization:
        encoded = b64encode(f"{username}:{password}".encode()).decode()
        return cls(f"Basic {encoded}", unknown=encoded)


class Basic(BaseModel):
    """A name and a password."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    username: str = Field(min_length=1, pattern=r"^[^:]*$", description="Sent in the clear of the header")
    password: SecretText = Field(description='Like "${PROMETHEUS_PASSWORD}"')


class ClientCertificate(BaseModel):
    """The bot's client certificate for mTLS."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    cert_file: str = Field(description="The certificate and its chain, in PEM")
    key_file: str = Field(description="Its private key, in PEM and without a passphrase")
