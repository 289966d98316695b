"""What the answering commands say: private, and made from the same lines as the messages in the channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dossier import Dossier
from bot.people import Electorate
from bot.plan.model import Pinned, Plan
from bot.run import Run, RunState
from bot.slack.blocks import Block, context, header, section, sections
from bot.slack.messages.card import card, needed
from bot.slack.messages.lines import check_line, worst_first
from bot.slack.text import code, escape, mentions, moment
from checks.base import Check
from checks.units import say_duration, say_value
from commands.parse import USAGES

Answer = tuple[str, list[Block]]

MOST_SHOWN = 40  # lines of checks in one answer


def started(run: Run) -> Answer:
    said = f"Run #{run.number} on {run.environment} has started"
    return f"{said}.", [section(f"{escape(said)} in <#{run.channel}>.")]


def status(under_way: Sequence[Dossier], environment: str, *, example: str) -> Answer:
    """`example` names an environment that is there."""
    on = f" on {environment}" if environment else ""
    if not under_way:
        text = f"Nothing is under way{on}."
        return text, [section(f"{escape(text)} Start with {code(f'/canary run {environment or example}')}.")]
    return f"{len(under_way)} under way{on}.", sections(_status_line(dossier) for dossier in under_way)


def _status_line(dossier: Dossier) -> str:
    run = dossier.run
    about = f"*#{run.number}* {escape(run.environment)}: "
    if run.state is RunState.DECIDING and run.expires_at:
        waits = f"{needed(dossier.tally())}, until {moment(run.expires_at)}"
        return f"{about}recommends {dossier.verdict.recommendation}. {waits}"
    if run.state is RunState.CHECKING:
        return f"{about}checking, {len(dossier.results)} of {len(dossier.checks)} done"
    assert dossier.decision and dossier.watch
    return f"{about}{dossier.decision.outcome}, watching until {moment(dossier.watch.ends_at)}"


def show(dossier: Dossier) -> Answer:
    """The card without its buttons, and every check."""
    shown = card(dossier)
    blocks = [block for block in shown.blocks if block["type"] != "actions"]
    passed = [
        check_line(dossier, name, result) for name, result in worst_first(dossier) if result.outcome == "PASS"
    ]
    return shown.text, [*blocks, *sections(passed[:MOST_SHOWN])]


def show_check(dossier: Dossier, name: str) -> Answer:
    check = dossier.plan.environment.checks[name]
    result = dossier.results.get(name)
    if result is None:
        text = f"{name} is not done yet."
        return escape(text), [section(escape(text))]
    readings = [
        f"• {escape(judged.reading.name)}: {escape(say_value(judged.reading.value, judged.reading.unit))}"
        f" {judged.outcome}{f', limit {code(judged.limit)}' if judged.limit else ''}"
        for judged in result.judged
    ]
    lines = [check_line(dossier, name, result), escape(result.reason), *readings, *map(code, result.detail)]
    if result.hint:
        lines.append(f"Next: {escape(result.hint)}")
    footer = f"{escape(check.kind)}, took {escape(say_value(round(result.seconds, 1), 's'))}, {moment(result.started_at)}"
    return escape(f"{name}: {result.reason}"), [*sections(lines), context(footer)]


def owners(pinned: Pinned, electorate: Electorate) -> Answer:
    decide, rollback = pinned.environment.decide, pinned.environment.rollback
    lines = [
        f"*{escape(role)}* ({count} needed): {mentions(electorate.holders([role])) or 'nobody'}"
        for role, count in decide.approve.items()
    ]
    lines.append(
        f"*on call* ({escape(rollback.on_call)}): {mentions(electorate.holders([rollback.on_call])) or 'nobody'}"
    )
    if decide.separate_duties:
        lines.append("Whoever asks for a run, or made the change, cannot approve it.")
    return f"Who decides on {pinned.name}.", [header(f"Who decides on {pinned.name}"), *sections(lines)]


def configuration(plan: Plan) -> Answer:
    lines = [
        f"*{escape(name)}*: {len(environment.checks)} checks, decided by "
        + escape(", ".join(f"{count} of {role}" for role, count in environment.decide.approve.items()))
        for name, environment in plan.environments.items()
    ]
    return "The configuration in force.", [*sections(lines), context(f"Digest {code(plan.digest)}")]


def environment(pinned: Pinned) -> Answer:
    decide = pinned.environment.decide
    lines = [_configured(name, check) for name, check in pinned.environment.checks.items()]
    lines.append(f"Undecided for {say_duration(decide.expires)} is no go")
    if pinned.environment.watch:
        watch = pinned.environment.watch
        lines.append(f"Watched for {say_duration(watch.for_)} after a go, every {say_duration(watch.every)}")
    return f"The configuration of {pinned.name}.", [
        *sections(lines),
        context(f"Digest {code(pinned.digest)}"),
    ]


def _configured(name: str, check: Check) -> str:
    limits = [
        f"{reading} {limit.text}" for reading, several in check.passing().root.items() for limit in several
    ]
    return f"• *{escape(name)}* {code(check.kind)} {escape(', '.join(limits))} (owner {escape(check.owner)})"


def help_text(command: str, held: Mapping[str, Sequence[str]]) -> Answer:
    """`held`: environment -> the roles that the asker holds there."""
    first = next(iter(held))
    shown = {command: USAGES[command]} if command else USAGES
    lines = [f"{code(f'/canary {usage.form}')}  {escape(usage.does)}" for usage in shown.values()]
    example = next(iter(shown.values())).example.format(environment=first, run=1)
    roles = [f"{escape(name)} as {escape(', '.join(roles))}" for name, roles in held.items() if roles]
    yours = (
        f"You have a say on {'; '.join(roles)}."
        if roles
        else "You hold no role; you can start runs and look at them."
    )
    return "What I can do.", [*sections(lines), context(f"For example {code(f'/canary {example}')}. {yours}")]
