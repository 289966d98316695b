"""Invariants that must hold whatever failed. Each yields a sentence for every violation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.record.addendum import problems as problems_of_addendum
from bot.record.verification import problems as problems_of_packet
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.faults.interactions import Interaction
from tests.faults.record import Record, Row

_RUN = re.compile(r"run (\S+)")
_CANCEL = re.compile(r"cancel #(\d+)")
_REFUSALS = ("Refused", "Misused", "Busy")


@dataclass(frozen=True)
class Observed:
    """Everything that the invariants are checked against."""

    interactions: Sequence[Interaction]
    record: Record
    shown: Sequence[Message]  # messages of the bot in every channel, oldest first
    owners: int  # per environment; all of them have to vote

    @property
    def stored(self) -> dict[str, Row]:
        return {row["key"]: row for row in self.record.inbox}

    def took_effect(self, each: Interaction) -> bool:
        """Whether it was handled and not refused."""
        row = self.stored.get(each.key)
        return row is not None and row["done_at"] is not None and row["error"] is None


Invariant: TypeAlias = Callable[[Observed], Iterator[str]]


def observe(
    interactions: Sequence[Interaction], record: Record, slack: LocalSlack, owners: int = 2
) -> Observed:
    """Leaves out private answers, which are best effort."""
    shown = [
        message
        for channel in slack.workspace.channels.values()
        if channel.kind != "im"
        for message in channel.log.values()
        if message.bot_id and not message.deleted
    ]
    return Observed(interactions, record, sorted(shown, key=lambda message: float(message.ts)), owners)


def violations(observed: Observed, invariants: Sequence[Invariant]) -> dict[str, list[str]]:
    """Returns invariant -> violations, for violated invariants only."""
    found = {each.__name__.replace("_", " "): list(each(observed)) for each in invariants}
    return {name: broken for name, broken in found.items() if broken}


# ------------------------------------------------------------ nothing acknowledged is lost


def acknowledged_interactions_are_stored_and_handled(observed: Observed) -> Iterator[str]:
    stored = observed.stored
    for each in observed.interactions:
        row = stored.get(each.key)
        if each.acked and row is None:
            yield f"{each} was acknowledged and is not stored"
        elif each.acked and row is not None and row["done_at"] is None:
            yield f"{each} was acknowledged and is not handled"


def an_interaction_takes_effect_or_is_refused(observed: Observed) -> Iterator[str]:
    """Ending in a bug, or in an outage that outlasted all attempts, is a loss."""
    for each in observed.interactions:
        row = observed.stored.get(each.key)
        if row and row["error"] and not row["error"].startswith(_REFUSALS):
            yield f"{each} ended in {row['error']}"


def a_vote_is_counted_or_its_refusal_recorded(observed: Observed) -> Iterator[str]:
    runs = {run["key"]: run["number"] for run in observed.record.runs}
    seen = {
        (event["run"], event["actor"], event["detail"].get("choice") or event["kind"])
        for event in observed.record.events
        if event["kind"] in {"voted", "refused"}
    }
    for each in observed.interactions:
        if each.choice is None or each.key not in observed.stored:
            continue
        number = runs.get(each.about)
        outcome = each.choice if observed.took_effect(each) else "refused"
        if (number, each.person, outcome) not in seen:
            yield f"{each} of run {number} has no event {outcome!r}"


def an_answer_to_a_prompt_is_recorded(observed: Observed) -> Iterator[str]:
    runs = {prompt["key"]: prompt["run"] for prompt in observed.record.prompts}
    given = {
        (event["run"], event["actor"], event["detail"]["answer"])
        for event in observed.record.events
        if event["kind"] == "prompt answered"
    }
    for each in observed.interactions:
        if (
            each.answer
            and observed.took_effect(each)
            and (runs[each.about], each.person, each.answer) not in given
        ):
            yield f"{each} of run {runs[each.about]} has no event"


# ------------------------------------------------------------ nothing happens twice or unasked


def a_command_starts_one_run(observed: Observed) -> Iterator[str]:
    asked: Counter[str] = Counter()
    for each in observed.interactions:
        if (found := _RUN.match(each.what)) and observed.took_effect(each):
            asked[found[1]] += 1
    started = Counter(run["environment"] for run in observed.record.runs)
    for name in asked | started:
        if asked[name] != started[name]:
            yield f"{name}: {asked[name]} commands took effect, and {started[name]} runs were started"


def a_click_counts_once(observed: Observed) -> Iterator[str]:
    runs = {run["key"]: run["number"] for run in observed.record.runs}
    runs |= {prompt["key"]: prompt["run"] for prompt in observed.record.prompts}
    clicked = Counter(
        (runs[each.about], each.person, each.choice or each.answer)
        for each in observed.interactions
        if (each.choice or each.answer) and observed.took_effect(each)
    )
    counted = Counter(
        (event["run"], event["actor"], event["detail"].get("choice") or event["detail"].get("answer"))
        for event in observed.record.events
        if event["kind"] in {"voted", "prompt answered"}
    )
    for vote, count in counted.items():
        if count > clicked[vote]:
            yield f"{vote} was counted {count} times for {clicked[vote]} clicks"


def run_numbers_have_no_gaps(observed: Observed) -> Iterator[str]:
    numbers = [run["number"] for run in observed.record.runs]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"{numbers}"


def the_log_of_a_run_has_no_gaps(observed: Observed) -> Iterator[str]:
    for run in observed.record.runs:
        numbers = [event["seq"] for event in observed.record.events_of(run["number"])]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"run {run['number']}: {numbers}"


# ------------------------------------------------------------ one decision, which follows from the votes


def a_run_has_one_decision(observed: Observed) -> Iterator[str]:
    rows = {decision["run"]: decision["outcome"] for decision in observed.record.decisions}
    for run in observed.record.runs:
        decided = [
            event["detail"]["outcome"]
            for event in observed.record.events_of(run["number"])
            if event["kind"] == "decided"
        ]
        if run["state"] != "closed" or decided != [rows.get(run["number"])]:
            yield f"run {run['number']} is {run['state']}, decided {decided}, on record {rows.get(run['number'])}"


def a_decision_follows_from_the_votes_before_it(observed: Observed) -> Iterator[str]:
    cancels = {
        (int(found[1]), each.person)
        for each in observed.interactions
        if (found := _CANCEL.match(each.what)) and observed.took_effect(each)
    }
    for run in observed.record.runs:
        yield from _unexplained(run, observed.record.events_of(run["number"]), cancels, observed.owners)


def _unexplained(
    run: Row, events: Sequence[Row], cancels: set[tuple[int, str]], owners: int
) -> Iterator[str]:
    """In log order: the decision comes as soon as the votes make it, and nothing counts after it."""
    standing: dict[str, str] = {}
    decided = ""
    for event in events:
        due = _outcome(standing, owners)
        if decided and event["kind"] in {"voted", "waived", "decided"}:
            yield f"run {run['number']}: {event['kind']} after it was decided {decided}"
        elif event["kind"] == "voted" and due:
            yield f"run {run['number']}: votes went on although they came to {due}"
        elif event["kind"] == "voted":
            standing[event["actor"]] = event["detail"]["choice"]
        elif event["kind"] == "decided":
            decided = event["detail"]["outcome"]
            by_time = decided == "EXPIRED" and run["closed_at"] >= run["expires_at"]
            by_word = decided == "CANCELLED" and (run["number"], event["actor"]) in cancels
            if decided != due and not by_time and not by_word:
                yield f"run {run['number']} was decided {decided}; the votes come to {due or 'nothing'}: {standing}"


def _outcome(standing: dict[str, str], owners: int) -> str:
    """The decision by the rules of these environments: all owners must vote, and one No-go is a veto."""
    choices = list(standing.values())
    if "No-go" in choices:
        return "NO-GO"
    if len(choices) < owners:
        return ""
    return "CONDITIONAL GO" if "Conditional go" in choices else "GO"


# ------------------------------------------------------------ Slack shows everything once


def _id_of(message: Message) -> str:
    """The id of the outbox row behind a message, or behind a copy of it."""
    return str((message.metadata or {}).get("event_payload", {}).get("id", "")).partition(".")[0]


_FILES = {"packet", "packet page", "addendum"}
_ADDENDUM = "-addendum"


def _is_file_of(row: Row, name: str) -> bool:
    """By its name: canary-2-staging-1.42.0-2026-11-30.json."""
    form = "html" if row["kind"] == "packet page" else row["subject"]
    stem, _, ending = name.rpartition(".")
    if ending != form or stem.endswith(_ADDENDUM) != (row["kind"] == "addendum"):
        return False
    return stem.startswith(f"canary-{row['run']}-")


def nothing_is_shown_twice(observed: Observed) -> Iterator[str]:
    """Except alerts, which are better shown twice than never."""
    alerts = {str(row["id"]) for row in observed.record.messages if row["kind"] == "alert"}
    shown = Counter(_id_of(message) for message in observed.shown if not message.files)
    for id_ in alerts:
        del shown[id_]
    files = Counter((message.root_ts, file.name) for message in observed.shown for file in message.files)
    yield from (f"message {id_} is shown {count} times" for id_, count in shown.items() if count > 1)
    yield from (f"{name} is shown {count} times" for (_, name), count in files.items() if count > 1)


def every_wanted_message_is_shown(observed: Observed) -> Iterator[str]:
    shown = {_id_of(message): message.ts for message in observed.shown}
    files = {file.name for message in observed.shown for file in message.files}
    for row in observed.record.messages:
        what = f"message {row['id']}, {row['kind']} of run {row['run']} ({row['error']})"
        if row["state"] != "sent" or row["shown"] != row["wanted"]:
            yield f"{what} is {row['state']}, {row['shown']} of {row['wanted']} shown"
        if row["alerted_at"]:
            yield f"{what} has an alert that is still open"
        if row["kind"] in _FILES:
            there = any(_is_file_of(row, name) for name in files)
        else:
            there = shown.get(str(row["id"])) == row["ts"] is not None
        if not there:
            yield f"{what} is not in Slack"


def every_event_that_concerns_people_has_its_message(observed: Observed) -> Iterator[str]:
    wanted = {
        "voted": "vote",
        "decided": "decision",
        "rollback prompted": "prompt",
        "watch ended": "watch end",
    }
    for kind, message in wanted.items():
        happened = Counter(event["run"] for event in observed.record.events if event["kind"] == kind)
        said = Counter(row["run"] for row in observed.record.messages if row["kind"] == message)
        for run in happened | said:
            if happened[run] != said[run]:
                yield f"run {run}: {kind} {happened[run]} times, and {said[run]} messages about it"


def a_thread_keeps_its_order(observed: Observed) -> Iterator[str]:
    packets = [row for row in observed.record.messages if row["kind"] in _FILES]
    alerts = {row["id"] for row in observed.record.messages if row["kind"] == "alert"}
    threads: dict[str, list[int]] = {}
    for message in observed.shown:
        names = [file.name for file in message.files]
        known = [row["id"] for row in packets if names and _is_file_of(row, names[0])]
        id_ = known[0] if known else int(_id_of(message) or 0)
        if id_ not in alerts:
            threads.setdefault(message.root_ts, []).append(id_)
    kinds = {row["id"]: f"{row['id']} {row['kind']} {row['subject']}" for row in observed.record.messages}
    for ids in threads.values():
        if ids != sorted(ids):
            yield ", ".join(kinds.get(id_, str(id_)) for id_ in ids)


_CARD_BEGINS = {  # outcome -> how the text of its card may begin
    "GO": ("Go", "Alarm", "Rolled back"),
    "CONDITIONAL GO": ("Conditional go", "Alarm", "Rolled back"),
    "NO-GO": ("No-go",),
    "EXPIRED": ("Expired",),
    "CANCELLED": ("Cancelled",),
}


def a_card_shows_what_was_decided(observed: Observed) -> Iterator[str]:
    outcomes = {decision["run"]: decision["outcome"] for decision in observed.record.decisions}
    cards = {row["ts"]: row["run"] for row in observed.record.messages if row["kind"] == "card"}
    for message in observed.shown:
        run = cards.get(message.ts)
        if run and (message.elements or not message.text.startswith(_CARD_BEGINS.get(outcomes.get(run), ()))):
            yield f"run {run}: {message.text[:60]!r} with {message.buttons}"


def an_answered_prompt_has_no_buttons(observed: Observed) -> Iterator[str]:
    answered = {row["key"] for row in observed.record.prompts if row["state"] in {"rolled back", "dismissed"}}
    prompts = {row["ts"] for row in observed.record.messages if row["subject"] in answered}
    yield from (message.text for message in observed.shown if message.ts in prompts and message.elements)


def packets_verify(observed: Observed) -> Iterator[str]:
    for message in observed.shown:
        for file in message.files:
            if file.name.endswith(".json") and file.content:
                problems = (
                    problems_of_addendum if file.name.endswith(f"{_ADDENDUM}.json") else problems_of_packet
                )
                for problem in problems(file.content.decode()):
                    yield f"{file.name}: {problem}"


# ------------------------------------------------------------ nothing is left to do


def nothing_is_left_to_do(observed: Observed) -> Iterator[str]:
    yield from observed.record.unrest
    yield from (
        f"run {row['run']} is still watched" for row in observed.record.watches if row["state"] == "watching"
    )


ALWAYS: Sequence[Invariant] = (
    a_click_counts_once,
    run_numbers_have_no_gaps,
    the_log_of_a_run_has_no_gaps,
    a_decision_follows_from_the_votes_before_it,
    nothing_is_shown_twice,
    a_thread_keeps_its_order,
)
IN_THE_END: Sequence[Invariant] = (
    *ALWAYS,
    acknowledged_interactions_are_stored_and_handled,
    an_interaction_takes_effect_or_is_refused,
    a_vote_is_counted_or_its_refusal_recorded,
    an_answer_to_a_prompt_is_recorded,
    a_command_starts_one_run,
    a_run_has_one_decision,
    every_wanted_message_is_shown,
    every_event_that_concerns_people_has_its_message,
    a_card_shows_what_was_decided,
    an_answered_prompt_has_no_buttons,
    packets_verify,
    nothing_is_left_to_do,
)
