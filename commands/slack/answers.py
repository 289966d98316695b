"""Private answers to commands, built from the same lines as the messages in the channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.plan.model import Environment, Pinned
from bot.record.events import Reminded
from bot.rules.approval import Choice
from bot.rules.asked import Asked
from bot.rules.baseline import Baseline, Capture, CaptureDossier
from bot.rules.dossier import Dossier
from bot.rules.labels import CHOICES
from bot.rules.people import Electorate
from bot.rules.request import Click
from bot.rules.run import Run, RunState
from bot.rules.watch import WatchState
from bot.slack.actions import Button
from bot.slack.blocks import Block, actions, context, header, section, sections
from bot.slack.forms import results
from bot.slack.messages.asking import needed
from bot.slack.messages.baseline import baseline_message
from bot.slack.messages.card import card, go_confirmation
from bot.slack.messages.conditions import left_open
from bot.slack.messages.kind import Facts
from bot.slack.messages.lines import (
    check_line,
    passed,
    plain_line,
    recommended,
    subject,
    title,
    votes_from,
)
from bot.slack.messages.outlook import stands
from bot.slack.messages.table import output
from bot.slack.text import code, escape, mentions, moment, one_line, short
from bot.workflow.asking import Illegible
from checks.base import Check
from checks.result import Result
from checks.units import say_count, say_duration
from checks.wording import Words, amount, worst_first
from commands.slack.examples import described
from commands.slack.parse import USAGES, Usage
from commands.slack.replies import Example

Answer = tuple[str, list[Block]]

MOST_SHOWN = 40  # lines of checks in one answer


def started(run: Run, unwaivable: Mapping[str, Sequence[str]]) -> Answer:
    """`unwaivable`: owner -> checks that nobody could waive."""
    said = f"Run #{run.number} on {run.environment} has started"
    more = [
        f"If {' or '.join(checks)} fails, nobody can waive it: nobody else in {owner} can."
        for owner, checks in unwaivable.items()
    ]
    blocks = [section(f"{escape(said)} in <#{run.channel}>."), *sections(map(escape, more))]
    return escape(" ".join([f"{said}.", *more])), blocks


def reminded(run: int, said: Reminded) -> str:
    missing = [votes_from(count, role) for role, count in said.missing.items()]
    missing += [say_count(len(said.waivers), "waiver")] if said.waivers else []
    people = len(said.direct)
    told = (
        f" {people} {'person' if people == 1 else 'people'} by direct message, with a line" if people else ""
    )
    return escape(f"Reminded{told} in the thread of run #{run}. Still needed: {', '.join(missing)}.")


def status(under_way: Sequence[Dossier | Illegible], environment: str, *, start: str | None) -> Answer:
    """`start`: the words after `/canary run` in the example, if known."""
    on = f" on {environment}" if environment else ""
    if not under_way:
        text = f"Nothing is running{on}."
        how = f"/canary run {start}" if start else "/canary help run"
        return text, [section(f"{escape(text)} Start a run with {code(how)}.")]
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
    watching = dossier.watch and dossier.watch.state is WatchState.WATCHING
    until = f" until {moment(dossier.watch.ends_at)}" if dossier.watch and watching else ""
    return " · ".join(filter(None, [f"{about}{until}", left_open(dossier)]))


def asked(dossier: Dossier) -> Asked:
    """The people named in the configuration: an answer to a query resolves nobody else."""
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
        text = f"{title(dossier, name)} is still running."
        return escape(text), [section(escape(text))]
    lines = [check_line(dossier, name, result)]
    if result.hint:
        lines.append(f"Next: {one_line(result.hint)}")
    lines += [f"• {one_line(line)}" for line in _readings(check, name, result)]
    lines.append(output(dossier, name, result))
    took = f"took {amount(round(result.seconds, 2), 's')}"
    footer = f"{code(name)} · {escape(check.kind)} · {took}, {moment(result.started_at)} · run #{dossier.run.number}"
    text = one_line(plain_line(dossier, name, result))
    return text, [*sections(filter(None, lines)), context(footer)]


def _readings(check: Check, name: str, result: Result) -> Iterator[str]:
    """Everything measured; readings without limits come last, and are not judged."""
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
        lines.append("Nobody can approve a run that they started or a change that they made.")
    lines += [
        f"{escape(why)} Until then, this list lacks its members." for why in electorate.unreadable.values()
    ]
    text = f"Who decides on {pinned.name}."
    return escape(" ".join([text, *electorate.unreadable.values()])), [
        header(f"Who decides on {pinned.name}"),
        *sections(lines),
    ]


def _holders(electorate: Electorate, role: str) -> str:
    nobody = "nobody known" if electorate.unreadable else "nobody"
    return mentions(electorate.holders([role])) or nobody


def configuration(environments: Mapping[str, Environment], digest: str) -> Answer:
    lines = [
        f"*{escape(name)}*: {say_count(len(environment.checks), 'check')}, decided by "
        + escape(", ".join(f"{count} of {role}" for role, count in environment.decide.approve.items()))
        for name, environment in environments.items()
    ]
    lines = lines or ["No environment is available in this channel. Ask in the channel of its run cards."]
    return "The current configuration.", [*sections(lines), context(f"Digest {code(digest)}")]


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
    if command:
        return _help_on(command, example, environments)
    tasks: dict[str, list[str]] = {}
    for usage in USAGES.values():
        tasks.setdefault(usage.task, []).append(_help_line(usage, example))
    blocks = [section("\n".join([f"*{task}*", *lines])) for task, lines in tasks.items()]
    roles = [f"{escape(name)} ({escape(', '.join(roles))})" for name, roles in held.items() if roles]
    yours = f"You have a role in {', '.join(roles)}. " if roles else ""
    more = f"{code('/canary help run')} explains one command."
    said = " ".join(f"/canary {usage.form}: {usage.does}." for usage in USAGES.values())
    return escape(f"What you can do with canary. {said}"), [*blocks, context(f"{yours}{more}")]


def _help_line(usage: Usage, example: Example) -> str:
    typed = example.of(usage.example) or usage.form
    return f"{code(f'/canary {typed}')}  {escape(usage.does)}"


def _help_on(command: str, example: Example, environments: Mapping[str, Environment]) -> Answer:
    usage = USAGES[command]
    lines = [f"{code(f'/canary {usage.form}')}  {escape(usage.does)}"]
    if command == "run":
        for name, environment in environments.items():
            if takes := described(environment):
                lines += [f"*{escape(name)}* takes:", *(f"• {escape(line)}" for line in takes)]
    if typed := example.of(usage.example):
        lines.append(f"Example: {code(f'/canary {typed}')}")
    return escape(f"/canary {usage.form}: {usage.does}."), sections(lines)


# ---------------------------------------------------------------- baselines


def capturing(capture: Capture) -> Answer:
    said = (
        f"Capturing {capture.called} of {capture.environment}, in {say_count(capture.samples, 'measurement')}"
    )
    return escape(f"{said}."), [
        section(f"{escape(said)} until {moment(capture.ends_at)}, in <#{capture.channel}>.")
    ]


def stopped(capture: Capture) -> str:
    return escape(
        f"The capture of {capture.called} of {capture.environment} is stopped. Nothing is kept of it."
    )


def baseline(dossier: CaptureDossier) -> Answer:
    shown = baseline_message(dossier)
    return shown.text, list(shown.blocks)


def baselines(environment: str, under_way: Capture | None, there: Sequence[Baseline]) -> Answer:
    """Newest first."""
    lines = [f"⏳ {escape(under_way.called)}, until {moment(under_way.ends_at)}"] if under_way else []
    lines += [
        f"📏 {escape(each.called)}, captured {moment(each.captured_at)} · {short(each.digest)}"
        for each in there
    ]
    if not lines:
        text = f"No baseline of {environment} was captured yet."
        return text, [
            section(f"{escape(text)} Capture one with {code(f'/canary capture {environment} 30m')}.")
        ]
    latest = "Runs are compared with the latest one unless they name another: "
    named = there[0].name or str(there[0].number) if there else ""
    how = f"{latest}{code(f'/canary run {environment} baseline={named}')}" if there else ""
    text = f"{say_count(len(there), 'baseline')} of {environment}"
    return escape(text), [*sections([f"*{escape(text)}*", *lines]), *([context(how)] if how else [])]


# ---------------------------------------------------------------- votes

WITHDRAW = Button("withdraw_vote", "Withdraw vote")
GO_ANYWAY = Button("vote_go_anyway", "Go anyway", "danger")


def counted(run: Run, choice: Choice) -> Answer:
    """While the run waits for others, the voter can withdraw the vote here."""
    text = f"Your {CHOICES[choice]} on run #{run.number} counts."
    button = WITHDRAW.about(f"run {run.number} on {run.environment}", Click.value_of(run))
    return text, [section(text), actions([button])]


def counts_already(choice: Choice) -> Answer:
    text = f"Your {CHOICES[choice]} already counts, or you have changed your vote since."
    return text, [section(text)]


def go_anyway(dossier: Dossier) -> Answer:
    """A typed Go against the recommendation: show what it would override, and ask for confirmation."""
    run, missing = dossier.run, dossier.tally().waivers_missing
    asks = f"Your Go on run #{run.number} doesn't count yet: {recommended(dossier)}."
    waives = (
        f"A Go doesn't waive anything: this run still needs {say_count(len(missing), 'waiver')}."
        if missing
        else ""
    )
    button = GO_ANYWAY.about(
        f"run {run.number} on {run.environment}", Click.value_of(run), confirm=go_confirmation(dossier)
    )
    blocks = [section(asks), *sections(results(dossier)), *([context(waives)] if waives else [])]
    return asks, [*blocks, actions([button])]
