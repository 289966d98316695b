"""Starting a run and acting on one without typing a command."""

from __future__ import annotations

import pytest

from commands.serve import Running
from commands.slack.forms_opened import FORMS
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE, Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.views import View
from tests.faults.test_limits import environments
from tests.journeys.conftest import CONFIGURATION, StartBot, World, both_go, decided
from tests.journeys.test_attacks import facts
from tests.outbox import until

ARGUMENTS = CONFIGURATION.replace(
    "    arguments: {version: {}}\n",
    """    arguments:
      version: {required: true, description: "The version to deploy", pattern: '[0-9]+([.][0-9]+)*', example: "1.42.0"}
      region: {choices: [eu, us], description: "Where it goes first"}
      note: {default: "none"}
""",
)


async def form(person: Person, containing: str) -> View:
    """The person's form, once it shows this text."""

    def look() -> View | None:
        return person.modal if person.modal and containing in str(person.modal.body) else None

    return await person.waits(look, f"a form with {containing!r}", PATIENCE)


async def starts(slack: LocalSlack, name: str = "raj") -> tuple[Person, View]:
    person = slack.user(name)
    assert (await person.shortcut("start_run")).acked
    return person, await person.sees_modal("Start a run")


# ---------------------------------------------------------------- start a run


async def test_a_run_is_started_by_a_form_with_its_arguments(start_bot: StartBot, slack: LocalSlack) -> None:
    async with start_bot(ARGUMENTS):
        await slack.connected()
        raj, view = await starts(slack)
        shown = str(view.blocks)
        for text in ("The version to deploy", "Where it goes first", "1.42.0", "2 checks", "<#C0RELEASES>"):
            assert text in shown
        done = await raj.submit(view, {"version": "1.43.0", "region": "eu"})
        assert done.acked and not done.errors
        card = await slack.sees("#releases", "*GO recommended*")
        assert "1.43.0" in slack.render_text(card)
        assert "eu" in slack.render_text(card)
        await slack.sees(slack.workspace.direct(raj.id).id, "Run #1 on staging has started")


async def test_errors_are_shown_at_their_fields(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(ARGUMENTS):
        await slack.connected()
        raj, view = await starts(slack)
        assert (await raj.submit(view, {"region": "eu"})).errors == {
            "version": "Please complete this required field."
        }
        done = await raj.submit(view, {"version": "latest"})
        assert done.errors["version"].startswith("Expected a value that matches")
        assert await facts(bot_database, "SELECT count(*) FROM inbox WHERE kind = 'view'") == [(0,)]
        assert (await raj.submit(view, {"version": "1.43.0"})).errors == {}
        await slack.sees("#releases", "*GO recommended*")


async def test_the_form_shows_the_arguments_of_the_chosen_environment(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    text = environments("staging", "production", text=ARGUMENTS).replace(
        "  production:\n    channel: C0RELEASES\n    arguments:\n      version: {required: true,",
        "  production:\n    channel: C0RELEASES\n    arguments:\n      ticket: {}\n      version: {required: true,",
    )
    async with start_bot(text):
        await slack.connected()
        raj, view = await starts(slack)
        assert "version" not in str(view.blocks)
        assert (await raj.submit(view, {"start_environment": "staging"})).errors
        await raj.choose(view, "start_environment", "staging")
        view = await form(raj, "staging version")
        assert "ticket" not in str(view.blocks)
        await raj.choose(view, "start_environment", "production")
        view = await form(raj, "production ticket")
        assert not (await raj.submit(view, {"version": "1.43.0", "ticket": "OPS-1"})).errors
        card = await slack.sees("#releases", "*GO recommended*")
        assert "production" in slack.render_text(card)
        assert "OPS-1" in slack.render_text(card)


async def test_submitting_twice_starts_one_run(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot():
        await slack.connected()
        raj, view = await starts(slack)
        done = await raj.submit(view)
        assert done.delivery
        assert (await slack.courier.deliver("interactive", done.delivery.payload)).acked
        await slack.sees("#releases", "*GO recommended*")
    assert await facts(bot_database, "SELECT count(*) FROM run") == [(1,)]


@pytest.mark.parametrize("left", ["production", "staging"])
async def test_a_form_for_an_environment_changed_meanwhile_is_refused(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, left: str
) -> None:
    async with start_bot(environments("staging", "production")):
        await slack.connected()
        raj, view = await starts(slack)
        await raj.choose(view, "start_environment", "staging")
        view = await form(raj, "staging version")
    changed = (
        environments("production")
        if left == "production"
        else ARGUMENTS.replace("region: {", "region: {required: true, ")
    )
    async with start_bot(changed):
        await slack.connected()
        errors = (await raj.submit(view)).errors
        says = "no longer configured" if left == "production" else "have changed"
        assert [says in error for error in errors.values()] == [True]
    assert await facts(bot_database, "SELECT count(*) FROM run") == [(0,)]


@pytest.mark.parametrize("name", ["gus", "sam"])
async def test_guests_and_outsiders_get_no_form(bot: Running, slack: LocalSlack, name: str) -> None:
    person = slack.user(name)
    assert (await person.shortcut("start_run")).acked
    direct = slack.workspace.direct(person.id)
    await slack.sees(direct.id, "Only members of this workspace can use canary")
    assert person.modal is None


async def test_starting_a_second_run_names_the_active_one(bot: Running, slack: LocalSlack) -> None:
    await decided(slack)
    mia, view = await starts(slack, "mia")
    assert (await mia.submit(view)).acked
    await slack.sees(slack.workspace.direct(mia.id).id, "Run #1 on staging is already under way")


async def test_home_offers_the_start_form_too(bot: Running, slack: LocalSlack) -> None:
    raj = slack.user("raj")
    assert (await raj.click(await raj.opens_home(), "Start a run…")).acked
    await raj.submit(await raj.sees_modal("Start a run"))
    await slack.sees("#releases", "*GO recommended*")


# ---------------------------------------------------------------- act on a run


async def acts(slack: LocalSlack, name: str, message: Message) -> tuple[Person, View]:
    person = slack.user(name)
    assert (await person.shortcut("act_on_run", message)).acked
    return person, await person.sees_modal("Run #1")


async def test_a_voter_votes_from_the_cards_menu(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    ana, view = await acts(slack, "ana", card)
    labels = [
        button["text"]["text"]
        for block in view.blocks
        for button in block.get("elements", [])
        if "action_id" in button
    ]
    assert labels == [
        *("Go", "Conditional go…", "No-go…"),
        *("Open the card", "Show details", "Remind who is missing", "Cancel the run…"),
    ]
    assert (await ana.click(view, "Go")).acked
    await slack.sees("#releases", "*Go*")


async def test_a_bystander_is_offered_only_what_they_can_do(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    mia, view = await acts(slack, "mia", card)
    shown = str(view.blocks)
    assert "Nothing needs you here." in shown
    for word in ("vote_go", "act_cancel", "act_remind", "waive"):
        assert word not in shown
    assert (await mia.click(view, "Show details")).acked
    await form(mia, "*GO recommended*")


async def test_a_no_go_and_its_reason_are_given_in_one_form(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    ana, view = await acts(slack, "ana", card)
    await ana.click(view, "No-go…")
    view = await form(ana, "Reason")
    assert not (await ana.submit(view, {"Reason": "the queue is old"})).errors
    await slack.sees("#releases", "the queue is old")


async def test_a_run_is_cancelled_from_a_message_in_its_thread(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    reply = slack.user("mia").says("#releases", "is this still needed?", thread=card)
    raj, view = await acts(slack, "raj", reply)
    await raj.click(view, "Cancel the run…")
    view = await form(raj, "Why?")
    assert not (await raj.submit(view, {"Why?": "superseded"})).errors
    await slack.sees("#releases", "🚫 Cancelled")
    await raj.is_told("Run #1 is cancelled")


async def test_a_refusal_is_shown_in_the_form(bot: Running, slack: LocalSlack) -> None:
    """The run was decided while the form was open."""
    card = await decided(slack)
    ana, view = await acts(slack, "ana", card)
    await both_go(slack, card)
    await slack.sees("#releases", ".json, ")
    assert (await ana.click(view, "Go")).acked
    await form(ana, "is already decided, so votes no longer count")


async def test_using_the_shortcut_on_an_unrelated_message_says_what_to_do(
    bot: Running, slack: LocalSlack
) -> None:
    await decided(slack)
    other = slack.user("mia").says("#releases", "lunch?")
    ana = slack.user("ana")
    reply = await ana.shortcut("act_on_run", other)
    told = await reply.told("doesn't belong to a run")
    assert "/canary status" in told
    assert ana.modal is None


async def test_after_the_go_on_call_answers_the_prompt_from_the_menu(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    card = await decided(slack)
    await both_go(slack, card)
    await world.put("duplicates", 3)
    await slack.sees("#releases", "Alarm, roll back?")
    raj, view = await acts(slack, "raj", card)
    assert (await raj.click(view, "I'm on it")).acked
    await slack.sees("#releases", "is on it")


async def test_one_person_cannot_use_up_the_forms_of_the_workspace(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    """Slack opens a hundred a minute for all apps' users, and a No-go needs one."""
    mia = slack.user("mia")
    home, before = await mia.opens_home(), len(slack.calls("views.open"))
    for _ in range(FORMS.most + 4):
        assert (await mia.click(home, "Start a run…")).acked
    limit = f"you have opened {FORMS.most} within {FORMS.seconds} s, which is the limit"
    await slack.sees(slack.workspace.direct(mia.id).id, limit)
    await until(bot_database, "SELECT count(*) = 0 FROM inbox WHERE done_at IS NULL")
    assert len(slack.calls("views.open")) - before <= FORMS.most
    card, ben = await decided(slack), slack.user("ben")
    await ben.click(card, "No-go…")
    await ben.sees_modal("No-go")
