"""What a laptop's servers can get wrong, said to the person at the laptop."""

from __future__ import annotations

from bot.base.errors import CanaryError


class EmbeddedError(CanaryError):
    """An embedded server cannot be started. `hint` names the way out, `DATABASE_URL` if there is no other."""
