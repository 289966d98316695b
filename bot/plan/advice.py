"""Warnings of `canary lint`: valid configuration that is probably a mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TypeAlias

from bot.plan.hints import TO_BE_REPLACED
from bot.plan.model import Plan
from bot.plan.problems import Path
from bot.plan.staffing import short_of
from checks.base import Check, Source
from checks.context import Context
from checks.secrets import Secrets, names_in

Advice: TypeAlias = Iterator[tuple[Path, str]]


def advice(plan: Plan) -> Advice:
    """Yields (path, warning)."""
    yield from _unused(plan)
    yield from _undecidable(plan)
    yield from _unwaivable(plan)
    yield from _left_by_init(plan)
    yield from _unneeded(plan)
    for name, environment in plan.environments.items():
        for check_name, check in environment.checks.items():
            at = ("environments", name, "checks", check_name)
            yield from (((*at, key), warning) for key, warning in check.doubtful())
            yield from (((*at, "warn", reading), warning) for reading, warning in _never_warn(check))


def _never_warn(check: Check) -> Iterator[tuple[str, str]]:
    """Limits under `warn` that allow nothing beyond `pass`: a reading out of `pass` is a FAIL at once."""
    for reading, looser in check.warn.root.items():
        limits = check.passing().of(reading)
        if limits and all(any(limit.allows_all_of(other) for other in looser) for limit in limits):
            within, beyond = (", ".join(limit.text for limit in each) for each in (limits, looser))
            yield (
                reading,
                f"{beyond} is not looser than {within} under pass, so nothing is ever a WARN; swap them, or remove this",
            )


def _left_by_init(plan: Plan) -> Advice:
    for name, environment in plan.environments.items():
        if environment.rollback.mitigation.startswith(TO_BE_REPLACED):
            path = ("environments", name, "rollback", "mitigation")
            yield path, "this is still the placeholder of `canary init`: say what stops the harm immediately"


def missing_here(plan: Plan, context: Context) -> Advice:
    """Yields (path, what is missing on this machine): folders, files and programs. Reads the file system."""
    secrets = context.secrets
    for name in plan.sources if secrets.too_short else ():
        for variable in names_in(plan.sources[name].model_dump_json()):
            if variable in secrets.too_short:
                problem = f"the value of {variable} is too short to distinguish from ordinary text, and is not redacted"
                yield ("sources", name), problem
    live = _filled(plan, secrets)
    for name, source in live.items():
        found = source.missing_here()
        yield from ((("sources", name, key), secrets.redact(problem)) for key, problem in found)
    yield from _measured_by_the_same(live)
    for name, environment in plan.environments.items():
        for check_name, check in environment.checks.items():
            if check.source in live:
                found = check.missing_here(live[check.source], context)
                yield from (
                    (("environments", name, "checks", check_name, key), secrets.redact(problem))
                    for key, problem in found
                )


def _measured_by_the_same(live: Mapping[str, Source]) -> Advice:
    """Sources for actions whose role is also used by checks: the measuring role must not be able to write."""
    writers = [(name, source) for name, source in live.items() if source.kind == "postgres.writer"]
    if not writers:
        return
    # It loads psycopg, which other configurations do not need.
    from checks.sources.postgres.dsn import same_account

    for name, writer in writers:
        for other, source in live.items():
            if source.kind == "postgres" and same_account(_dsn_of(writer), _dsn_of(source)):
                yield (
                    ("sources", name, "dsn"),
                    f"this is the role by which {other} measures; give actions one of their own",
                )


def _dsn_of(source: Source) -> str:
    return str(getattr(source, "dsn", ""))


def impossible_here(plan: Plan, context: Context) -> Advice:
    """Yields (path, what this machine does not support): such checks could only end as ERROR. Starts
    programs.
    """
    used = {check.source for each in plan.environments.values() for check in each.checks.values()}
    for name, source in _filled(plan, context.secrets).items():
        found = source.impossible_here(context) if name in used else ()
        yield from ((("sources", name, key), context.secrets.redact(problem)) for key, problem in found)


def _filled(plan: Plan, secrets: Secrets) -> dict[str, Source]:
    live: dict[str, Source] = {}
    for name, source in plan.sources.items():
        with suppress(KeyError):  # a variable that was not read
            live[name] = source.filled(secrets)
    return live


def _unused(plan: Plan) -> Advice:
    environments = plan.environments.values()
    people = {group for environment in environments for group in environment.groups}
    sources = {source for environment in environments for source in environment.sources}
    for name in plan.people:
        if name not in people:
            yield ("people", name), "no environment uses this group"
    for name in plan.sources:
        if name not in sources:
            yield ("sources", name), "no check uses this source"


def _unneeded(plan: Plan) -> Advice:
    """Quiet hours without any reminders that they could delay."""
    reminds = any(environment.decide.reminders for environment in plan.environments.values())
    if plan.notify.quiet and not reminds:
        yield (
            ("notify", "quiet"),
            "no environment has `remind` or `remind_before`, so only /canary remind waits for quiet hours to end",
        )


def _undecidable(plan: Plan) -> Advice:
    """Runs that would be refused because too few people remain to approve them."""
    for name, environment in plan.environments.items():
        at, decide = ("environments", name, "decide", "approve"), environment.decide
        users = {role: found for role in decide.approve if (found := plan.people[role].users) is not None}
        stuck: dict[tuple[str, ...], list[str]] = {}
        for user in sorted(set().union(*users.values())) if decide.separate_duties else ():
            if roles := short_of(users, decide.approve, without=user):
                stuck.setdefault(roles, []).append(user)
        for roles, people in stuck.items():
            alone = len(roles) == 1 and set(people) == users[roles[0]]
            who = f"no member of {roles[0]} could" if alone else f"{' and '.join(people)} could not"
            among = "" if len(roles) == 1 else f" for {' and '.join(roles)}"
            path = (*at, *roles) if len(roles) == 1 else at
            yield path, f"{who} start a run: too few others could approve it{among}; add a member"


def _unwaivable(plan: Plan) -> Advice:
    """Checks that nobody could waive in a run started by their only owner."""
    for name, environment in plan.environments.items():
        if not environment.decide.separate_duties:
            continue
        owned: dict[str, list[str]] = {}
        for check_name, check in environment.checks.items():
            owned.setdefault(check.owner, []).append(check_name)
        for owner, checks in owned.items():
            users = plan.people[owner].users
            if users is not None and len(users) == 1:
                yield (
                    ("people", owner),
                    f"in a run of {name} that {next(iter(users))} starts, nobody could waive {', '.join(checks)}; add a member",
                )
