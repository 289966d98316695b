"""A stored interaction -> its handler. Worked off once; what goes wrong is told to the person.

Only what is Unavailable is tried again: a defect would fail again, and somebody waits for an answer. What it comes
to is counted in the transaction of that (`Services.act`), so trying again never does it twice, and never makes an
effect of what was refused.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.errors import CanaryError, Counted, Refused, Unavailable
from bot.failpoint import Place
from bot.interaction import Interaction, InteractionKind
from bot.slack.private import Asker
from bot.store import inbox
from bot.workflow import keeping
from commands.clicks import CLICKS
from commands.desk import Desk
from commands.parse import parse
from commands.payload import asker
from commands.submitted import SUBMITTED
from commands.typed import TYPED

log = structlog.get_logger(__name__)

PATIENCE = 60.0  # seconds for which it is tried, though workers that die over it use up its tries; then the person is told
SLACKS_TURN = 900.0  # where Slack has said when it may be asked again: it will answer

_DEFECT = "Something went wrong on my side; my operators find it in the log."
_AFTER_A_DEFECT = "Look at /canary status before you try again: it may have counted."


class Handler:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, key: str, *, last_try: bool) -> None:
        """Raises what is worth trying again, unless this was the last try and the person has waited for long enough."""
        async with self._desk.services.database.connection() as conn:
            found = await inbox.to_do(conn, key)
        if found is None:
            return
        who = asker(found)
        structlog.contextvars.bind_contextvars(interaction=key, user=who.user)
        desk = replace(self._desk, services=self._desk.services.working_off(found))
        problem = None
        try:
            await _route(desk, found, who)
        except Counted:
            log.info("it had its effect before a worker died", kind=found.kind)
        except CanaryError as error:
            if isinstance(error, Unavailable) and (not last_try or found.age < _patience(error)):
                raise
            problem = f"{type(error).__name__}: {error}"
            log.info("refused", kind=found.kind, problem=problem)
            if refusal := await keeping.refuse(desk.services, error):
                await desk.refuse(who, refusal)
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            log.exception("a defect", kind=found.kind)
            await desk.refuse(who, CanaryError(_DEFECT, hint=_AFTER_A_DEFECT))
        desk.services.reach(Place.BEFORE_DONE)
        async with desk.services.database.connection() as conn:
            await inbox.done(conn, key, problem)


def _patience(error: Unavailable) -> float:
    return SLACKS_TURN if error.again_in else PATIENCE


async def _route(desk: Desk, interaction: Interaction, who: Asker) -> None:
    if who.team != desk.team:  # an app may be installed in several, and a channel be shared
        raise Refused("That was done in another workspace than mine, so it counts for nothing.")
    payload = interaction.payload
    match interaction.kind:
        case InteractionKind.COMMAND:
            command = parse(payload.get("text", ""))
            await TYPED[type(command)](desk, who, command)
        case InteractionKind.ACTION:
            action = payload["actions"][0]
            if click := CLICKS.get(action["action_id"]):
                await click(desk, who, action)
        case InteractionKind.VIEW:
            await SUBMITTED[payload["view"]["callback_id"]](desk, who, payload["view"])
