"""App Home: what waits for a person, then conditions they own, active runs, and recent decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.rules.dossier import Dossier
from bot.rules.home import Ask, Home, Past, Placed, Promise, Task
from bot.rules.outbox import Standing
from bot.rules.previous import VERSION
from bot.rules.request import ChecklistClick, ConditionClick
from bot.rules.rollback import Prompt
from bot.rules.run import RunState
from bot.slack.actions import Button
from bot.slack.blocks import (
    Block,
    Element,
    actions,
    beside,
    context,
    divider,
    header,
    link_button,
    section,
    sections,
)
from bot.slack.blocks import card as card_block
from bot.slack.messages.card import CONDITIONAL_GO, GO, NO_GO, WAIVE, vote_buttons
from bot.slack.messages.conditions import owners_button
from bot.slack.messages.instructions import CHECK_OFF
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import (
    COMMIT,
    SIGNS,
    found,
    held_back,
    not_passed,
    recommended,
    title,
    verdict,
    votes_from,
)
from bot.slack.messages.outlook import DECIDED, SYMBOLS, open_prompts, stands
from bot.slack.messages.posting import Posting
from bot.slack.messages.watch import prompt_buttons
from bot.slack.messages.wording import failing, what_failed
from bot.slack.text import code, cut, escape, fitting, link, mention, moment, one_line, permalink, value
from checks.outcome import Outcome as CheckOutcome
from checks.result import Result

START = Button("start_run", "Start a run", opens_form=True)
OPEN = "open_run"  # the action of the buttons that lead to a card; these clicks need no handling

MOST_CARDS = 8  # per section; a view holds 100 blocks, and a card takes up to three in workspaces that do not know cards
MOST_LINES = 10
LONGEST_VERSION = 40  # characters
LONGEST_BODY = 190
LEAST_ROOM = 40  # below which a measurement is left to the card


class HomePage(MessageKind):
    """It belongs to a person (the topic "home U…"), and is shown in their App Home."""

    kind = "home"
    called = "App Home"
    standing = Standing.ALONE
    is_home = True

    def render(self, facts: Facts) -> Posting:
        assert facts.home
        return Posting("", tuple(page(facts.home)), view=True)


def page(home: Home) -> list[Block]:
    if home.refused:
        return [section(escape(home.refused))]
    return [
        *_asks(home),
        *_promises(home),
        *_under_way(home),
        *_latest(home),
        *_setup(home),
        *_start(home),
    ]


def _asks(home: Home) -> Iterator[Block]:
    yield header("Waiting for you")
    if not home.asks:
        yield section("Nothing needs you right now.")
    cards = [card for ask in home.asks for card in _ask(home, ask)]
    yield from cards[:MOST_CARDS]
    yield from _more(len(cards))
    if home.unknown_groups:
        yield context(
            "Slack didn't say who is in every user group, so something may be missing here. Open this page again in a minute."
        )


def _ask(home: Home, ask: Ask) -> Iterator[Block]:
    """A card for each prompt, and one for a vote. A card holds three buttons, so its link is in the text."""
    for prompt in ask.prompts:
        yield _prompt(home, ask.dossier, prompt)
    if ask.roles or ask.waivers:
        dossier, until = ask.dossier, ask.dossier.run.expires_at
        by = [f"Until {moment(until)}"] if until else []
        yield card_block(
            state(dossier),
            _question(ask),
            _vote_buttons(ask),
            subtitle=" · ".join([*by, _card_of(home, dossier)]),
        )


def _prompt(home: Home, dossier: Dossier, prompt: Prompt) -> Block:
    first = dossier.plan.environment.rollback.mitigation
    body = f"{failing(dossier, prompt)}: {what_failed(dossier, prompt)}. First: {first}"
    on_it = [f"{mention(prompt.acknowledged_by)} is on it"] if prompt.acknowledged_by else []
    since = f"{'failing' if on_it else 'Failing'} since {moment(prompt.breached_since)}"
    return card_block(
        f"⏪ Roll back {_what(dossier)}?",
        fitting(body, LONGEST_BODY),
        prompt_buttons(dossier, prompt),
        subtitle=" · ".join([*on_it, since, _card_of(home, dossier)]),
    )


def _question(ask: Ask) -> str:
    """The verdict, the worst problems as far as there is room, and what this person can contribute."""
    dossier = ask.dossier
    first, last = f"{_verdict(dossier)}.", _wanted(ask)
    room = LONGEST_BODY - len(first) - len(last) - len("  . ")
    worst = [f"{title(dossier, name)}: {_worst(dossier, name, one)}" for name, one in not_passed(dossier)[:1]]
    said = [f"{cut(what, room)}." for what in worst if room >= LEAST_ROOM]
    return fitting(" ".join([first, *said, last]), LONGEST_BODY)


def _worst(dossier: Dossier, name: str, result: Result) -> str:
    """The worst of a check's readings."""
    return found(dossier, name, result).partition("; ")[0]


def _verdict(dossier: Dossier) -> str:
    return f"{recommended(dossier)}: {verdict(dossier)}"


def _wanted(ask: Ask) -> str:
    """What this person can contribute."""
    wanted = [f"your vote ({' or '.join(ask.roles)})"] if ask.roles else []
    if ask.waivers:
        checks = ", ".join(title(ask.dossier, check) for check in ask.waivers)
        wanted.append(f"for a go, your waiver for {checks}")
    text = "; ".join(wanted)
    return f"Needs {text}"


def _vote_buttons(ask: Ask) -> list[Element]:
    """The card's buttons that this person needs: they carry ids, and every click is checked. A card holds
    three, and a waiver that is asked of them matters more than a condition.
    """
    shown = {WAIVE.action} if ask.waivers else {CONDITIONAL_GO.action}
    if ask.roles:
        shown |= {GO.action, NO_GO.action}
    return [button for button in vote_buttons(ask.dossier) if button["action_id"] in shown]


def _promises(home: Home) -> Iterator[Block]:
    """One section each, with the button that the thread has for its owner."""
    own = [
        *(_promise(home, promise) for promise in home.promises),
        *(_task(home, task) for task in home.tasks),
    ]
    if own:
        yield header("Yours to do")
        yield from own[: 2 * MOST_LINES]


_LAST = {  # outcome of the last measurement -> what it means for the condition
    CheckOutcome.PASS: "met",
    CheckOutcome.WARN: "not met yet: its check must pass, and warns",
    CheckOutcome.FAIL: "not met yet",
    CheckOutcome.UNKNOWN: "could not be measured",
    CheckOutcome.ERROR: "could not be measured",
}


def _promise(home: Home, promise: Promise) -> Block:
    what, late = one_line(cut(promise.text, 200)), "⏰ overdue since" if promise.overdue else "due"
    about = " · ".join([f"{late} {moment(promise.due)}", *held_back(promise.holds), _placed(home, promise)])
    said = f"*Condition*: {what}\n{about}"
    if promise.outcome and promise.looked_at:
        said += f"\n{SIGNS[promise.outcome]} {_LAST[promise.outcome]} · checked {moment(promise.looked_at)}"
    if promise.number is None:
        return section(said)
    value = ConditionClick.value_of(promise.key, promise.number)
    button = owners_button(promise.check)
    return beside(said, button.about(f"condition {promise.number} of run {promise.run}", value))


def _task(home: Home, task: Task) -> Block:
    about = f"due {moment(task.due)} · {_placed(home, task)}"
    said = f"*Checklist*: {one_line(cut(task.item, 200))}\n{about}"
    return beside(said, CHECK_OFF.about(task.item, ChecklistClick.value_of(task.key, task.number)))


def _under_way(home: Home) -> Iterator[Block]:
    asked = {ask.dossier.run.number for ask in home.asks}
    others = [dossier for dossier in home.under_way if dossier.run.number not in asked]
    if not others:
        if not home.asks:
            yield header("Running")
            yield section("Nothing is running that you can see.")
        return
    yield header("Running")
    for dossier in others[:MOST_CARDS]:
        yield _running(home, dossier)
    yield from _more(len(others))


def _running(home: Home, dossier: Dossier) -> Block:
    run = dossier.run
    subtitle = f"Run #{run.number} · requested by {mention(run.requested_by)}"
    return card_block(state(dossier), now(dossier), _open_card(home, dossier), subtitle=cut(subtitle, 150))


def state(dossier: Dossier) -> str:
    return f"{stands(dossier)} · {_what(dossier)}"


def now(dossier: Dossier) -> str:
    if dossier.run.state is RunState.CHECKING:
        return "Its checks are running."
    if dossier.run.state is RunState.DECIDING:
        tally = dossier.tally()
        missing = [votes_from(count, role) for role, count in tally.missing.items()]
        waivers = [f"a waiver for {title(dossier, check)}" for check in tally.waivers_missing]
        needs = f" Needs {', '.join([*missing, *waivers])}." if missing or waivers else ""
        return fitting(f"{_verdict(dossier)}.{needs}", LONGEST_BODY)
    if unanswered := open_prompts(dossier):
        return fitting(
            f"On-call is asked to roll back. {failing(dossier, unanswered[0])}: {what_failed(dossier, unanswered[0])}",
            LONGEST_BODY,
        )
    return f"Until {moment(dossier.watch.ends_at)}" if dossier.watch else "Decided."


def _latest(home: Home) -> Iterator[Block]:
    if home.latest:
        yield header("Latest decisions")
        yield from sections(_past(home, past) for past in home.latest[:MOST_LINES])


def _past(home: Home, past: Past) -> str:
    if past.rolled_back_at:
        return f"⏪ Rolled back · {_placed(home, past)} · {moment(past.rolled_back_at)}"
    return (
        f"{SYMBOLS[past.outcome]} {DECIDED[past.outcome]} · {_placed(home, past)} · {moment(past.decided_at)}"
    )


def _setup(home: Home) -> Iterator[Block]:
    """People on call can fix it; others are told whom to ask."""
    if not home.missing:
        return
    if not home.operates:
        yield context("Part of canary's setup is missing. Ask whoever is on call: their Home lists what.")
        return
    yield header("Missing in the setup")
    yield from sections(f"• {one_line(cut(what, 300))}" for what in home.missing[:MOST_LINES])
    yield context(f"{code('canary doctor')} on the bot's machine lists all of it, with what to fix.")


def _start(home: Home) -> Iterator[Block]:
    yield divider()
    if not home.can_start:
        yield section(
            "I can't tell which environments you can see. Type `/canary` in an environment's channel."
        )
        return
    yield actions([START.about("with a form", START.action)])
    yield context(
        f"Or type {code(f'/canary run {home.can_start[0]}')} in a channel. {code('/canary help')} lists the rest."
    )


def _more(count: int) -> Iterator[Block]:
    if count > MOST_CARDS:
        yield context(f"… and {count - MOST_CARDS} more: {code('/canary status')}")


def _card_of(home: Home, dossier: Dossier) -> str:
    """ "run #12", with a link to its card."""
    number, url = f"run #{dossier.run.number}", _url(home, dossier)
    return link(url, number) if url else number


def _url(home: Home, dossier: Dossier) -> str:
    root = dossier.root
    return permalink(home.url, root.channel, root.ts) if root else ""


def _open_card(home: Home, dossier: Dossier) -> Sequence[Element]:
    url = _url(home, dossier)
    if not url:
        return ()
    return [link_button("Open", url, action=OPEN, label=f"Open the card of run {dossier.run.number}")]


def _placed(home: Home, placed: Placed) -> str:
    """ "staging 1.42.0 · run #12", with a link to its card."""
    number = f"run #{placed.run}"
    url = permalink(home.url, placed.channel, placed.ts)
    shown = link(url, number) if url else number
    return f"{_named(placed.environment, placed.version)} · {shown}"


def _what(dossier: Dossier) -> str:
    given = dossier.run.arguments
    return _named(dossier.run.environment, given.get(VERSION) or given.get(COMMIT, "")[:12])


def _named(environment: str, version: str | None) -> str:
    """The environment and the version, as markup."""
    given = " ".join(cut(version, LONGEST_VERSION).split()) if version else ""
    return " ".join(filter(None, [escape(environment), escape(value("", given)) if given else ""]))
