"""Opens a form for a click, or says why not.

Slack allows a hundred forms a minute for the whole workspace, and a No-go needs one. So one person cannot use
up all of them, whatever they click.
"""

from __future__ import annotations

from math import ceil
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.base.errors import CanaryError, Misconfigured, Refused
from bot.slack.client import details, error_said, retry_after, what_it_means
from bot.slack.private import Asker
from commands.slack.desk import Desk
from commands.slack.forms_opened import FORMS

log = structlog.get_logger(__name__)

_NOT_OPENED = "The form could not be opened"
_AGAIN = "Click the button again."


async def open_form(desk: Desk, who: Asker, view: dict[str, Any], *, instead: str = "") -> str:
    """Returns its id, by which it can be changed while it is open; "" if the server does not say.

    Opened inside the form that they clicked in, if any. Slack accepts a trigger id once, within three
    seconds: only the person can retry, by clicking again.

    `instead`: what to do on a server without forms.
    """
    _must_be_within_budget(desk, who)
    try:
        return await desk.known.show_form(view, lambda view: _show(desk, who, view))
    except SlackApiError as error:
        log.warning("cannot open a form", error=error_said(error), details=details(error))
        raise _refusal(error, instead) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("cannot open a form", error=f"{type(error).__name__}: {error}")
        raise Refused(f"{_NOT_OPENED}: Slack did not answer in time.", hint=_AGAIN) from error


def _must_be_within_budget(desk: Desk, who: Asker) -> None:
    if wait := desk.forms.wait(who.user):
        raise Refused(
            f"{_NOT_OPENED}: you have opened {FORMS.most} within {FORMS.seconds} s, which is the limit.",
            hint=f"Click the button again in {ceil(wait)} s.",
        )


async def change_form(desk: Desk, form: str, view: dict[str, Any]) -> None:
    """Update an open form. If the person has closed it, nothing is lost. Raises Refused otherwise."""

    async def update(view: dict[str, Any]) -> None:
        await desk.client.views_update(view_id=form, view=view)

    try:
        await desk.known.show_form(view, update)
    except SlackApiError as error:
        if error_said(error) != "not_found":
            log.warning("cannot change a form", error=error_said(error), details=details(error))
            raise _refusal(error, "") from error
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("cannot change a form", error=f"{type(error).__name__}: {error}")
        raise Refused(f"{_NOT_OPENED}: Slack did not answer in time.", hint=_AGAIN) from error


async def _show(desk: Desk, who: Asker, view: dict[str, Any]) -> str:
    """In place of the form that they clicked in, or as a new one."""
    if who.form:
        answer = await desk.client.views_update(view_id=who.form, view=view)
    else:
        answer = await desk.client.views_open(trigger_id=who.trigger or "", view=view)
    return str((answer.get("view") or {}).get("id") or "")


def _refusal(error: SlackApiError, instead: str) -> CanaryError:
    if (seconds := retry_after(error)) is not None:
        return Refused(
            f"{_NOT_OPENED}: Slack accepts no more requests for {seconds} s.",
            hint="Click the button again then.",
        )
    means = what_it_means(error)
    if means.absent:
        return Misconfigured(f"{_NOT_OPENED}: {means.says}.", hint=instead or means.advice())
    return Refused(f"{_NOT_OPENED}: {means.says}.", hint=means.advice() or _AGAIN)
