"""Private answers to commands, built from the same lines as the messages in the channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from bot.plan.model import Environment, Pinned
from bot.record.events import Reminded
from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.rules.people import Electorate
from bot.rules.run import Run, RunState
from bot.slack.blocks import Block, context, header, section, sections
from bot.slack.messages.asking import needed
from bot.slack.messages.card import card
from bot.slack.messages.kind import Facts
from bot.slack.messages.lines import (
    check_line,
    how_long,
    passed,
    plain_line,
    recommended,
    subject,
    title,
)
from bot.slack.messages.outlook import stands
from bot.slack.messages.table import output
from bot.slack.text import code, escape, mentions, moment, one_line
from bot.workflow.asking import Illegible
from checks.base import Check
from checks.result import Result
from checks.units import say_count, say_duration
from checks.wording import Words, worst_first
from commands.slack.examples import described
from commands.slack.parse import USAGES
from commands.slack.replies import Example

Answer = tuple[str, list[Block]]

MOST_SHOWN = 40  # lines of checks in one answer


def started(run: Run, unwaivable: Mapping[str, Sequence[str]]) -> Answer:
    """`unwaivable`: owner -> checks that nobody could waive."""
    said = f"Run #{run.number} on {run.environment} has started"
    more = [
        f"Nobody could waive {', '.join(checks)}, should it fail: {owner} has no other member who may."
        for owner, checks in unwaivable.items()
    ]
    blocks = [section(f"{escape(said)} in <#{run.channel}>."), *sections(map(escape, more))]
    return escape(" ".join([f"{said}.", *more])), blocks


def reminded(run: int, said: Reminded) -> str:
    missing = [f"{count} of {role}" for role, count in said.missing.items()]
    missing += [f"a waiver for {check}" for check in said.waivers]
    people = len(said.direct)
    told = (
        f" {people} {'person' if people == 1 else 'people'} by direct message, with a line" if people else ""
    )
    return escape(f"Reminded{told} in the thread of run #{run}. Still needed: {', '.join(missing)}.")


def status(under_way: Sequence[Dossier | Illegible], environment: str, *, start: str | None) -> Answer:
    """`start`: the words after `/canary run` in the example, if known."""
    on = f" on {environment}" if environment else ""
    if not under_way:
        text = f"No run is under way{on}."
        how = f"/canary run {start}" if start else "/canary help run"
        return text, [section(f"{escape(text)} Start with {code(how)}.")]
    return f"{len(under_way)} under way{on}.", sections(_status_line(dossier) for dossier in under_way)


def _status_line(dossier: Dossier | Illegible) -> str:
    run = dossier.run
    if isinstance(dossier, Illegible):
        return f"*#{run.number}* {escape(run.environment)}: {escape(' '.join(dossier.why.sentences))}"
    about = f"*#{run.number}* {one_line(subject(dossier))}: {stands(dossier)}"
    if run.state is RunState.DECIDING:
        return f"{about}. {recommended(dossier)}. {needed(dossier, asked(dossier))}"
    if run.state is RunState.CHECKING:
        return f"{about}, {len(dossier.results)} of {len(dossier.checks)} done"
    assert dossier.decision and dossier.watch
    return f"{about} until {moment(dossier.watch.ends_at)}"


def asked(dossier: Dossier) -> Asked:
    """Those whom the configuration names: an answer to a question asks nobody else who they are."""
    return Facts(dossier).asked(None)


def show(dossier: Dossier) -> Answer:
    """The card without its buttons, and every check."""
    shown = card(dossier, asked(dossier))
    blocks = [block for block in shown.blocks if block["type"] != "actions"]
    lines = [check_line(dossier, name, result) for name, result in passed(dossier)]
    return shown.text, [*blocks, *sections(lines[:MOST_SHOWN])]


def show_check(dossier: Dossier, name: str) -> Answer:
    check = dossier.plan.environment.checks[name]
    result = dossier.results.get(name)
    if result is None:
        text = f"{title(dossier, name)} is not done yet."
        return escape(text), [section(escape(text))]
    lines = [check_line(dossier, name, result)]
    if result.hint:
        lines.append(f"Next: {one_line(result.hint)}")
    lines += [f"• {one_line(line)}" for line in _readings(check, name, result)]
    lines.append(output(dossier, name, result))
    took = f"took {how_long(timedelta(seconds=result.seconds))}"
    footer = f"{code(name)} · {escape(check.kind)} · {took}, {moment(result.started_at)} · run #{dossier.run.number}"
    text = one_line(plain_line(dossier, name, result))
    return text, [*sections(filter(None, lines)), context(footer)]


def _readings(check: Check, name: str, result: Result) -> Iterator[str]:
    """Everything that was measured; what is held to no limit comes last, and is no verdict."""
    words = Words(check, check.title or name, result.judged)
    for judged in worst_first(result.judged):
        yield f"{judged.outcome}: {words.of(judged)}"
    for judged in result.judged:
        if not judged.outcome:
            yield f"for information: {words.of(judged)}"


def owners(pinned: Pinned, electorate: Electorate) -> Answer:
    decide, rollback = pinned.environment.decide, pinned.environment.rollback
    lines = [
        f"*{escape(role)}* ({count} needed): {_holders(electorate, role)}"
        for role, count in decide.approve.items()
    ]
    if pinned.environment.start:
        lines.append(f"*start a run* ({escape(', '.join(pinned.environment.start))})")
    lines.append(f"*on call* ({escape(rollback.on_call)}): {_holders(electorate, rollback.on_call)}")
    if decide.separate_duties:
        lines.append("Nobody can approve a run that they started, or a change that they made.")
    lines += [
        f"{escape(why)} Until then its members are missing here." for why in electorate.unreadable.values()
    ]
    text = f"Who decides on {pinned.name}."
    return escape(" ".join([text, *electorate.unreadable.values()])), [
        header(f"Who decides on {pinned.name}"),
        *sections(lines),
    ]


def _holders(electorate: Electorate, role: str) -> str:
    nobody = "nobody that I know of" if electorate.unreadable else "nobody"
    return mentions(electorate.holders([role])) or nobody


def configuration(environments: Mapping[str, Environment], digest: str) -> Answer:
    lines = [
        f"*{escape(name)}*: {say_count(len(environment.checks), 'check')}, decided by "
        + escape(", ".join(f"{count} of {role}" for role, count in environment.decide.approve.items()))
        for name, environment in environments.items()
    ]
    lines = lines or ["No environment's channel is one that I know you to see; ask in its channel."]
    return "The configuration in force.", [*sections(lines), context(f"Digest {code(digest)}")]


def environment(pinned: Pinned) -> Answer:
    decide = pinned.environment.decide
    lines = [_configured(name, check) for name, check in pinned.environment.checks.items()]
    lines += [f"• argument {escape(line)}" for line in described(pinned.environment)]
    lines.append(f"Expires after {say_duration(decide.expires)} without a decision")
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


def help_text(
    command: str,
    held: Mapping[str, Sequence[str]],
    example: Example,
    environments: Mapping[str, Environment],
) -> Answer:
    """`held`: environment -> groups in which the configuration names the person.

    `environments`: those that they can see.
    """
    shown = {command: USAGES[command]} if command else USAGES
    lines = [f"{code(f'/canary {usage.form}')}  {escape(usage.does)}" for usage in shown.values()]
    if command == "run":
        for name, environment in environments.items():
            lines += [f"*{escape(name)}* takes", *map(escape, described(environment))]
    first = next(iter(environments), None)
    typed = example.of(next(iter(shown.values())).example) or (f"config {first}" if first else "help run")
    roles = [f"{escape(name)} as {escape(', '.join(roles))}" for name, roles in held.items() if roles]
    yours = f"You have a say on {'; '.join(roles)}. " if roles else ""
    deciders = f"{code(f'/canary owners {first}')} shows who can decide." if first else ""
    tail = f"For example {code(f'/canary {typed}')}. {yours}{deciders}".strip()
    return "What I can do.", [*sections(lines), context(tail)]
