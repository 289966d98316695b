"""What must hold in the end, whatever broke meanwhile. Each rule yields a sentence for every place where it does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.record.verification import problems as problems_of_packet
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.faults.ledger import Said
from tests.faults.record import Record, Row

_RUN = re.compile(r"run (\S+)")
_CANCEL = re.compile(r"cancel #(\d+)")
_REFUSALS = ("Refused", "Misused", "Busy")


@dataclass(frozen=True)
class Matter:
    """Everything that is judged."""

    said: Sequence[Said]
    record: Record
    shown: Sequence[Message]  # by the bot, in every channel, oldest first
    owners: int  # of an environment, all of whom have to agree

    @property
    def stored(self) -> dict[str, Row]:
        return {row["key"]: row for row in self.record.inbox}

    def took_effect(self, each: Said) -> bool:
        """Handled, and not refused."""
        row = self.stored.get(each.key)
        return row is not None and row["done_at"] is not None and row["error"] is None


Rule: TypeAlias = Callable[[Matter], Iterator[str]]


def matter(said: Sequence[Said], record: Record, slack: LocalSlack, owners: int = 2) -> Matter:
    """Excludes private answers, which are best effort, and alerts, which may be sent twice."""
    shown = [
        message
        for channel in slack.workspace.channels.values()
        if channel.kind != "im"
        for message in channel.log.values()
        if message.bot_id and not message.deleted
    ]
    return Matter(said, record, sorted(shown, key=lambda message: float(message.ts)), owners)


def judged(matter: Matter, rules: Sequence[Rule]) -> dict[str, list[str]]:
    """Rule -> its violations; only violated rules."""
    found = {rule.__name__.replace("_", " "): list(rule(matter)) for rule in rules}
    return {rule: broken for rule, broken in found.items() if broken}


# ------------------------------------------------------------ nothing acknowledged is lost


def acknowledged_is_stored_and_worked_off(matter: Matter) -> Iterator[str]:
    stored = matter.stored
    for each in matter.said:
        row = stored.get(each.key)
        if each.acked and row is None:
            yield f"{each} was acknowledged and is not stored"
        elif each.acked and row is not None and row["done_at"] is None:
            yield f"{each} was acknowledged and is not worked off"


def what_came_of_it_is_its_effect_or_a_refusal(matter: Matter) -> Iterator[str]:
    """A bug, or a server that was unavailable for all tries, is a loss."""
    for each in matter.said:
        row = matter.stored.get(each.key)
        if row and row["error"] and not row["error"].startswith(_REFUSALS):
            yield f"{each} ended in {row['error']}"


def a_vote_counted_or_its_refusal_is_on_record(matter: Matter) -> Iterator[str]:
    runs = {run["key"]: run["number"] for run in matter.record.runs}
    seen = {
        (event["run"], event["actor"], event["detail"].get("choice") or event["kind"])
        for event in matter.record.events
        if event["kind"] in {"voted", "refused"}
    }
    for each in matter.said:
        if each.choice is None or each.key not in matter.stored:
            continue
        number = runs.get(each.about)
        outcome = each.choice if matter.took_effect(each) else "refused"
        if (number, each.person, outcome) not in seen:
            yield f"{each} of run {number} has no event {outcome!r}"


def an_answer_to_a_prompt_counted(matter: Matter) -> Iterator[str]:
    runs = {prompt["key"]: prompt["run"] for prompt in matter.record.prompts}
    given = {
        (event["run"], event["actor"], event["detail"]["answer"])
        for event in matter.record.events
        if event["kind"] == "prompt answered"
    }
    for each in matter.said:
        if (
            each.answer
            and matter.took_effect(each)
            and (runs[each.about], each.person, each.answer) not in given
        ):
            yield f"{each} of run {runs[each.about]} has no event"


# ------------------------------------------------------------ nothing happened twice, or by itself


def a_command_started_one_run(matter: Matter) -> Iterator[str]:
    asked: Counter[str] = Counter()
    for each in matter.said:
        if (found := _RUN.match(each.what)) and matter.took_effect(each):
            asked[found[1]] += 1
    started = Counter(run["environment"] for run in matter.record.runs)
    for name in asked | started:
        if asked[name] != started[name]:
            yield f"{name}: {asked[name]} commands took effect, and {started[name]} runs were started"


def a_click_counted_once(matter: Matter) -> Iterator[str]:
    runs = {run["key"]: run["number"] for run in matter.record.runs}
    runs |= {prompt["key"]: prompt["run"] for prompt in matter.record.prompts}
    clicked = Counter(
        (runs[each.about], each.person, each.choice or each.answer)
        for each in matter.said
        if (each.choice or each.answer) and matter.took_effect(each)
    )
    counted = Counter(
        (event["run"], event["actor"], event["detail"].get("choice") or event["detail"].get("answer"))
        for event in matter.record.events
        if event["kind"] in {"voted", "prompt answered"}
    )
    for vote, count in counted.items():
        if count > clicked[vote]:
            yield f"{vote} was counted {count} times for {clicked[vote]} clicks"


def run_numbers_have_no_gaps(matter: Matter) -> Iterator[str]:
    numbers = [run["number"] for run in matter.record.runs]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"{numbers}"


def the_log_of_a_run_has_no_gaps(matter: Matter) -> Iterator[str]:
    for run in matter.record.runs:
        numbers = [event["seq"] for event in matter.record.events_of(run["number"])]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"run {run['number']}: {numbers}"


# ------------------------------------------------------------ one decision, which the votes explain


def a_run_has_one_decision(matter: Matter) -> Iterator[str]:
    rows = {decision["run"]: decision["outcome"] for decision in matter.record.decisions}
    for run in matter.record.runs:
        decided = [
            event["detail"]["outcome"]
            for event in matter.record.events_of(run["number"])
            if event["kind"] == "decided"
        ]
        if run["state"] != "closed" or decided != [rows.get(run["number"])]:
            yield f"run {run['number']} is {run['state']}, decided {decided}, on record {rows.get(run['number'])}"


def a_decision_follows_from_the_votes_before_it(matter: Matter) -> Iterator[str]:
    cancels = {
        (int(found[1]), each.person)
        for each in matter.said
        if (found := _CANCEL.match(each.what)) and matter.took_effect(each)
    }
    for run in matter.record.runs:
        yield from _explained(run, matter.record.events_of(run["number"]), cancels, matter.owners)


def _explained(run: Row, events: Sequence[Row], cancels: set[tuple[int, str]], owners: int) -> Iterator[str]:
    """In the order of the log: a decision stands where the votes came to it, and nothing counts after it."""
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
    """By the rules of these environments: all owners, and one No-go decides."""
    choices = list(standing.values())
    if "No-go" in choices:
        return "NO-GO"
    if len(choices) < owners:
        return ""
    return "CONDITIONAL GO" if "Conditional go" in choices else "GO"


# ------------------------------------------------------------ Slack shows everything once


def _id_of(message: Message) -> str:
    """The outbox row behind it, whichever copy of it this is."""
    return str((message.metadata or {}).get("event_payload", {}).get("id", "")).partition(".")[0]


_FILES = {"packet", "packet page"}


def _is_file_of(row: Row, name: str) -> bool:
    """By its name: canary-2-staging-1.42.0-2026-11-30.json, and for the version before, canary-staging-2.json."""
    form = row["subject"] if row["kind"] == "packet" else "html"
    stem, _, ending = name.rpartition(".")
    return ending == form and (stem.startswith(f"canary-{row['run']}-") or stem.endswith(f"-{row['run']}"))


def nothing_is_shown_twice(matter: Matter) -> Iterator[str]:
    """Except alerts: twice is better than never."""
    alerts = {str(row["id"]) for row in matter.record.messages if row["kind"] == "alert"}
    shown = Counter(_id_of(message) for message in matter.shown if not message.files)
    for id_ in alerts:
        del shown[id_]
    files = Counter((message.root_ts, file.name) for message in matter.shown for file in message.files)
    yield from (f"message {id_} is shown {count} times" for id_, count in shown.items() if count > 1)
    yield from (f"{name} is shown {count} times" for (_, name), count in files.items() if count > 1)


def everything_wanted_is_shown(matter: Matter) -> Iterator[str]:
    shown = {_id_of(message): message.ts for message in matter.shown}
    files = {file.name for message in matter.shown for file in message.files}
    for row in matter.record.messages:
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


def every_event_that_people_must_hear_has_its_message(matter: Matter) -> Iterator[str]:
    wanted = {
        "voted": "vote",
        "decided": "decision",
        "rollback prompted": "prompt",
        "watch ended": "watch end",
    }
    for kind, message in wanted.items():
        happened = Counter(event["run"] for event in matter.record.events if event["kind"] == kind)
        said = Counter(row["run"] for row in matter.record.messages if row["kind"] == message)
        for run in happened | said:
            if happened[run] != said[run]:
                yield f"run {run}: {kind} {happened[run]} times, and {said[run]} messages about it"


def a_thread_keeps_its_order(matter: Matter) -> Iterator[str]:
    packets = [row for row in matter.record.messages if row["kind"] in _FILES]
    alerts = {row["id"] for row in matter.record.messages if row["kind"] == "alert"}
    threads: dict[str, list[int]] = {}
    for message in matter.shown:
        names = [file.name for file in message.files]
        known = [row["id"] for row in packets if names and _is_file_of(row, names[0])]
        id_ = known[0] if known else int(_id_of(message) or 0)
        if id_ not in alerts:
            threads.setdefault(message.root_ts, []).append(id_)
    yield from (f"{ids}" for ids in threads.values() if ids != sorted(ids))


_STANDS = {  # outcome -> how the text of its card may begin, in small letters: the version before uses capitals
    "GO": ("go", "alarm", "rolled back"),
    "CONDITIONAL GO": ("conditional go", "alarm", "rolled back"),
    "NO-GO": ("no-go",),
    "EXPIRED": ("expired",),
    "CANCELLED": ("cancelled",),
}


def a_card_shows_what_was_decided(matter: Matter) -> Iterator[str]:
    outcomes = {decision["run"]: decision["outcome"] for decision in matter.record.decisions}
    cards = {row["ts"]: row["run"] for row in matter.record.messages if row["kind"] == "card"}
    for message in matter.shown:
        run = cards.get(message.ts)
        if run and (
            message.elements or not message.text.lower().startswith(_STANDS.get(outcomes.get(run), ()))
        ):
            yield f"run {run}: {message.text[:60]!r} with {message.buttons}"


def an_answered_prompt_has_no_buttons(matter: Matter) -> Iterator[str]:
    answered = {row["key"] for row in matter.record.prompts if row["state"] in {"rolled back", "dismissed"}}
    prompts = {row["ts"] for row in matter.record.messages if row["subject"] in answered}
    yield from (message.text for message in matter.shown if message.ts in prompts and message.elements)


def packets_verify(matter: Matter) -> Iterator[str]:
    for message in matter.shown:
        for file in message.files:
            if file.name.endswith(".json") and file.content:
                for problem in problems_of_packet(file.content.decode()):
                    yield f"{file.name}: {problem}"


# ------------------------------------------------------------ nothing is left over


def nothing_is_left_to_do(matter: Matter) -> Iterator[str]:
    yield from matter.record.unrest
    yield from (
        f"run {row['run']} is still watched" for row in matter.record.watches if row["state"] == "watching"
    )


ALWAYS: Sequence[Rule] = (
    a_click_counted_once,
    run_numbers_have_no_gaps,
    the_log_of_a_run_has_no_gaps,
    a_decision_follows_from_the_votes_before_it,
    nothing_is_shown_twice,
    a_thread_keeps_its_order,
)
IN_THE_END: Sequence[Rule] = (
    *ALWAYS,
    acknowledged_is_stored_and_worked_off,
    what_came_of_it_is_its_effect_or_a_refusal,
    a_vote_counted_or_its_refusal_is_on_record,
    an_answer_to_a_prompt_counted,
    a_command_started_one_run,
    a_run_has_one_decision,
    everything_wanted_is_shown,
    every_event_that_people_must_hear_has_its_message,
    a_card_shows_what_was_decided,
    an_answered_prompt_has_no_buttons,
    packets_verify,
    nothing_is_left_to_do,
)
