"""The key for digests of the secrets that checks read, by which a changed secret is noticed."""

from __future__ import annotations

import hashlib
import hmac


def key_for_facts(token: str) -> bytes:
    """From the bot's token: the same for all replicas and commands, and across restarts; a new token makes every secret
    appear changed once.
    """
    return hmac.new(token.encode(), b"canary: facts of a configuration", hashlib.sha256).digest()
