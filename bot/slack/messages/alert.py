"""Alerts about a message that Slack does not show: why, and whether it will appear by itself."""

from __future__ import annotations

from collections.abc import Mapping

from bot.record.audit import AuditEvent
from bot.record.events import Alerted
from bot.rules.dossier import Dossier
from bot.rules.outbox import Message, MessageState, Standing
from bot.rules.run import Run
from bot.slack.blocks import Block, context, divider, header, section
from bot.slack.errors import Ends, meaning
from bot.slack.messages.kind import Facts, Hidden, MessageKind
from bot.slack.messages.lines import subject
from bot.slack.messages.posting import Posting
from bot.slack.text import code, escape

NOT_LOOKED_FOR = "not to be looked for"
_OURS: Mapping[str, str] = {  # reasons that are not Slack's
    "it was deleted": "someone deleted it",
    "it cannot be made": "I couldn't build it, which is a bug in canary",
    "the sender died": "I stopped while sending it, and can't check whether it arrived",
}


class Alert(MessageKind):
    """It is updated whenever the state of the message that it is about changes."""

    kind = "alert"
    called = "alert"
    standing = Standing.ALONE
    awaited = True

    event: int  # number of the audit event
    channel: str  # where it is posted: a channel or a person

    def render(self, facts: Facts) -> Posting:
        hidden = facts.hidden
        assert hidden
        if hidden.message.alerted_at is None:
            return alert_over(facts.dossier, hidden)
        return alert(facts, facts.event(self.event), hidden)

    def moot(self, facts: Facts) -> str:
        return "it arrived meanwhile" if facts.hidden and facts.hidden.message.alerted_at is None else ""


def alert(facts: Facts, event: AuditEvent, hidden: Hidden) -> Posting:
    """Includes the full message if it is critical; its buttons work here as well."""
    run, said = facts.dossier.run, Alerted.read(event)
    assert said
    why = reason(said.why)
    text = f"Slack doesn't show the {hidden.called} of run #{run.number} on {run.environment}: {why}."
    blocks: list[Block] = [
        header(f"⚠️ Not shown: {hidden.called} · {subject(facts.dossier)}"),
        section(f"{escape(text)} <#{escape(said.channel)}>"),
        context(_what_next(hidden.message, said.why)),
    ]
    inner = hidden.content.render(facts) if hidden.content and hidden.content.in_alerts else None
    if not isinstance(inner, Posting):
        return Posting.of(escape(text), blocks)
    return Posting.of(f"{inner.text} ({escape(text)})", [*blocks, divider(), *inner.blocks], tail=2)


def reason(why: str) -> str:
    """Returns why a message is not shown, as a clause."""
    if not why:
        return "no reason is known"
    what, _, error = why.partition(": ")
    if what == NOT_LOOKED_FOR:
        return f"Slack may have it, but I can't check: {reason(error)}"
    if what == "no clear answer":
        return "Slack gave no clear answer, so it may or may not be there"
    return meaning(why).says if _is_slacks(why) else _OURS.get(why, why)


def _is_slacks(why: str) -> bool:
    """Whether it is one of Slack's error names, not our own text."""
    return bool(why) and " " not in why.partition(": ")[0] and why[0].islower()


def _advice(why: str) -> str:
    what, _, error = why.partition(": ")
    why = error if what == NOT_LOOKED_FOR else why
    return escape(meaning(why).advice()) if _is_slacks(why) else ""


def _what_next(about: Message, why: str) -> str:
    """Whether it will be retried, and otherwise what to do."""
    resolve = f"canary outbox resolve {about.id}"
    advice = _advice(why)
    if about.state is MessageState.FAILED:
        again, drop = code(f"{resolve} --again"), code(f"{resolve} --drop --reason …")
        first = f"{advice} Then an" if advice else "An"
        return f"I won't send it again by myself. {first} operator can send it again with {again}, or give up on it with {drop}"
    if about.doubted_at:
        shown, again = code(f"{resolve} --shown …"), code(f"{resolve} --again")
        return (
            f"I'll send it again only when I know that it isn't there. {advice}".rstrip()
            + f" If I can't find out, an operator can look in the channel and run {shown} or {again}"
        )
    first = advice or "I'll send it as soon as Slack accepts it."
    return f"{first} It then appears by itself; {code('canary outbox list')} shows its state"


def alert_over(dossier: Dossier, hidden: Hidden) -> Posting:
    """The message is shown now, with its buttons; or it is no longer needed."""
    run, what, about = dossier.run, hidden.called, hidden.message
    if about.state is MessageState.FAILED:
        heading = f"⚠️ Given up: {what} · {subject(dossier)}"
        text = f"Slack doesn't show the {what} of run #{run.number} on {run.environment}: {reason(about.error or '')}."
    else:
        heading = f"✅ Shown now: {what} · {subject(dossier)}"
        text = f"Slack now shows the {what} of run #{run.number} on {run.environment}."
    shown = section(f"{escape(text)} <#{escape(about.channel)}>")
    return Posting.of(escape(text), [header(heading), shown])


def not_shown(run: Run, error: str) -> str:
    """The message to the requester about a card that Slack rejects."""
    means = meaning(error)
    if means.ends in {Ends.ONCE_FIXED, Ends.BY_ITSELF}:
        then = "The card then appears by itself; nothing is lost."
    else:
        then = "The run continues without it; an operator can post it again."
    where = f"Run #{run.number} goes on, but I can't post its card to <#{escape(run.channel)}>"
    return " ".join(filter(None, [f"{where}: {escape(means.says)}.", escape(means.advice()), then]))
