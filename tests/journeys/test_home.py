"""App Home: what waits for a person, updated while they look at it."""

from __future__ import annotations

import pytest

from bot.workflow.homes import LOOKUPS
from commands.serve import Running
from sandbox.slack.channel import Channel
from sandbox.slack.elements import elements_of
from sandbox.slack.people import User
from sandbox.slack.person import PATIENCE, Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.views import View
from tests.faults.test_limits import environments
from tests.journeys.conftest import StartBot, World, both_go, decided
from tests.journeys.pressing import FORMS, press
from tests.journeys.test_attacks import change, facts
from tests.outbox import until


def words(view: View | None) -> str:
    return str(view.blocks) if view else ""


async def shows(person: Person, text: str, *, not_text: str = "") -> View:
    """Wait until the person's Home shows this text and none of the others."""

    def look() -> View | None:
        shown = words(person.home)
        return person.home if text in shown and not (not_text and not_text in shown) else None

    return await person.waits(look, f"a Home with {text!r} without {not_text!r}", PATIENCE)


async def test_an_empty_home_says_what_to_do(bot: Running, slack: LocalSlack) -> None:
    home = await slack.user("ana").opens_home()
    assert "Nothing needs you right now" in words(home)
    assert "Nothing is running that you can see" in words(home)
    assert "/canary run staging" in words(home)


async def test_a_voter_sees_the_run_in_home_votes_there_and_sees_the_decision(
    bot: Running, slack: LocalSlack
) -> None:
    ana, ben, raj = (slack.user(name) for name in ("ana", "ben", "raj"))
    card = await decided(slack)
    home = await ana.opens_home()
    assert "your vote (release-managers)" in words(home)
    assert "Until <!date^" in words(home)
    ben_home = await ben.opens_home()
    await raj.opens_home()
    assert "your vote (platform" in words(ben_home)
    assert "Waiting for approval" in words(raj.home)
    assert "vote as" not in words(raj.home)
    assert (await ana.click(home, "Go")).acked
    await shows(ana, "Waiting for 1 more vote", not_text="your vote (")
    assert (await ben.click(await shows(ben, "your vote (platform"), "Go")).acked
    for person in (ana, ben, raj):
        home = await shows(person, "✅ Go", not_text="Waiting for 1 more vote")
        assert "Go, watching" in words(home)
    await slack.sees("#releases", "GO")
    assert card.channel == "C0RELEASES"


async def test_a_no_go_in_home_asks_for_its_reason(bot: Running, slack: LocalSlack) -> None:
    ana = slack.user("ana")
    await decided(slack)
    home = await ana.opens_home()
    assert (await ana.click(home, "No-go…")).acked
    assert (await ana.submit(await ana.sees_modal(), {"Reason": "the queue is old"})).acked
    await shows(ana, "🛑 No-go")


async def test_a_decision_removes_the_buttons_from_an_open_home(bot: Running, slack: LocalSlack) -> None:
    """A click on a stale screen is answered with why it no longer counts."""
    ana = slack.user("ana")
    card = await decided(slack)
    old = elements_of((await ana.opens_home()).blocks)
    await both_go(slack, card)
    assert "vote_go" not in words(await shows(ana, "✅ Go"))
    assert "vote_go" in [element.action_id for element in old]


@pytest.mark.parametrize("name", ["gus", "one", "sam"])
async def test_guests_and_outsiders_get_one_explanatory_sentence(
    bot: Running, slack: LocalSlack, name: str
) -> None:
    slack.channel("#releases").members.add(slack.user(name).id)
    await decided(slack)
    home = await slack.user(name).opens_home()
    assert len(home.blocks) == 1
    assert "canary is for members of this workspace" in words(home)


async def test_a_link_leads_to_the_card(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    home = await slack.user("raj").opens_home()
    assert f"{slack.url}/archives/C0RELEASES/p{card.ts.replace('.', '')}" in words(home)
    assert (await slack.user("raj").click(home, "Open")).acked


async def test_the_owner_of_a_condition_closes_it_in_home(bot: Running, slack: LocalSlack) -> None:
    ana, ben = slack.user("ana"), slack.user("ben")
    card = await decided(slack)
    await ben.opens_home()
    await press(ana, card, "Conditional go…")
    await press(ben, card, "Go")
    home = await shows(ben, "*Condition*: quota")
    assert "*Condition*: quota\\ndue <!date^" in words(home)
    assert "*Condition*" not in words(await ana.opens_home())
    await ben.click(home, "Met…")
    done = {"How did it become true?": "the quota is raised to 100"}
    assert (await ben.submit(await ben.sees_modal("Condition met"), done)).acked
    await shows(ben, "✅ Conditional go", not_text="*Condition*")
    await slack.sees("#releases", "✅ Condition met: quota · @ben")


async def test_a_condition_that_is_closed_in_the_thread_disappears_from_an_open_home(
    bot: Running, slack: LocalSlack
) -> None:
    card, ben = await decided(slack), slack.user("ben")
    await ben.opens_home()
    await press(slack.user("ana"), card, "Conditional go…")
    await press(ben, card, "Go")
    home = await shows(ben, "*Condition*: quota")
    met = next(each for each in elements_of(home.blocks) if each.action_id == "condition_met")
    condition = await slack.wait_for(
        lambda: next((each for each in slack.thread(card) if "Condition 1" in slack.render_text(each)), None)
    )
    await ben.click(condition, "Met…")
    done = {"How did it become true?": "the quota is raised to 100"}
    assert (await ben.submit(await ben.sees_modal("Condition met"), done)).acked
    assert met.action_id not in words(await shows(ben, "✅ Conditional go", not_text="*Condition*"))


@pytest.mark.parametrize(
    ("left", "then"),
    [
        (0, {"text": "✅ Conditional go", "not_text": "*Condition*"}),
        (1, {"text": "❌ not met yet · checked"}),
    ],
)
async def test_a_condition_that_a_check_shows_is_measured_from_home(
    start_bot: StartBot, slack: LocalSlack, world: World, left: int, then: dict[str, str]
) -> None:
    """Only an approver can lift it, and an owner is none where duties are separate, so Home offers no “Lift”."""
    await world.put("duplicates", 2)
    async with start_bot():
        await slack.connected()
        card, ben = await decided(slack, "*NO-GO recommended*"), slack.user("ben")
        await ben.opens_home()
        await press(ben, card, "Waive…")
        ana = slack.user("ana")
        await ana.click(card, "Conditional go…")
        asked = {
            "What must become true?": "no duplicates",
            "Who owns it?": ben.id,
            "What shows that it is true?": "duplicates",
        }
        assert (await ana.submit(await ana.sees_modal("Conditional go"), asked)).acked
        await ben.click(card, "Go")
        home = await shows(ben, "*Condition*: no duplicates")
        assert "condition_lift" not in words(home)
        await world.put("duplicates", left)
        await ben.click(home, "Check now")
        await shows(ben, **then)


async def test_an_item_of_the_checklist_is_checked_off_in_home(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    ben = slack.user("ben")
    await ben.opens_home()
    await both_go(slack, await decided(slack))
    await ben.click(await shows(ben, "*Checklist*"), "Check off")
    await shows(ben, "✅ Go", not_text="*Checklist*")
    who = "SELECT actor FROM event WHERE kind = 'checked off'"
    assert await facts(bot_database, who) == [(ben.id,)]


async def test_on_call_sees_the_prompt_and_answers_it_in_home(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    raj = slack.user("raj")
    await both_go(slack, await decided(slack))
    await raj.opens_home()
    await world.put("duplicates", 3)
    home = await shows(raj, "⏪ Roll back staging?")
    assert "Pin capacity" in words(home)
    assert (await raj.click(home, "I'm on it")).acked
    await shows(raj, f"<@{raj.id}> is on it")
    await raj.click(raj.home or home, "prompt_rolled_back")
    await shows(raj, "⏪ Rolled back", not_text="Roll back staging?")


async def test_on_call_calls_a_prompt_a_false_alarm_in_home(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    raj = slack.user("raj")
    await both_go(slack, await decided(slack))
    await raj.opens_home()
    await world.put("duplicates", 3)
    await raj.click(await shows(raj, "⏪ Roll back staging?"), "False alarm…")
    assert (await raj.submit(await raj.sees_modal(), FORMS["False alarm…"])).acked
    await shows(raj, "watching", not_text="Roll back staging?")
    await slack.sees("#releases", "called it a false alarm")


async def test_an_approver_votes_with_a_condition_in_home(bot: Running, slack: LocalSlack) -> None:
    ana = slack.user("ana")
    await decided(slack)
    await ana.click(await ana.opens_home(), "Conditional go…")
    assert (await ana.submit(await ana.sees_modal(), FORMS["Conditional go…"])).acked
    await slack.sees("#releases", "Condition: quota")
    await shows(ana, "Waiting for 1 more vote", not_text="your vote (")


async def test_the_owner_of_a_failed_check_waives_it_in_home(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    await world.put("duplicates", 2)
    async with start_bot():
        await slack.connected()
        await decided(slack, "*NO-GO recommended*")
        ben = slack.user("ben")
        await ben.click(await ben.opens_home(), "Waive…")
        assert (await ben.submit(await ben.sees_modal(), FORMS["Waive…"])).acked
        await shows(ben, "your vote (platform", not_text="your waiver for")


async def test_a_run_in_a_private_channel_is_shown_to_people_its_environment_names(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    ana, mia, raj = slack.user("ana"), slack.user("mia"), slack.user("raj")
    members = {ana.id, slack.user("ben").id, raj.id, slack.app.bot_user}
    slack.workspace.channels["C0SECRET"] = Channel("C0SECRET", "secret", kind="private", members=members)
    async with start_bot(environments("staging", "vault", vault="C0SECRET")):
        await slack.connected()
        await raj.command("#secret", "/canary", "run vault")
        card = await slack.sees("#secret", "*GO recommended*")
        assert "vault" in words(await ana.opens_home())
        assert "vault" not in words(await mia.opens_home())
        await both_go(slack, card)
        assert "vault" in words(await shows(ana, "✅ Go"))
        await mia.command("#releases", "/canary", "run staging")
        assert "vault" not in words(await shows(mia, "Waiting for approval · staging"))


async def test_another_environment_of_the_same_private_channel_stays_hidden(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    """Ana votes on one of the two. Whether she is in the channel is unknown."""
    ana, ben, raj = slack.user("ana"), slack.user("ben"), slack.user("raj")
    members = {ben.id, raj.id, slack.app.bot_user}
    slack.workspace.channels["C0SECRET"] = Channel("C0SECRET", "secret", kind="private", members=members)
    both = environments("staging", "vault", staging="C0SECRET", vault="C0SECRET")
    head, vault = both.split("  vault:\n")
    vault = vault.replace("{release-managers: 1, platform: 1}", "{platform: 1}")
    async with start_bot(f"{head}  vault:\n{vault}"):
        await slack.connected()
        await raj.command("#secret", "/canary", "run vault")
        card = await slack.sees("#secret", "*GO recommended*")
        await raj.command("#secret", "/canary", "run staging")
        home = words(await ana.opens_home())
        assert "vault" not in home
        assert "staging" in words(await shows(ana, "your vote (release-managers)"))
        assert "vault" in words(await ben.opens_home())
        await ben.click(card, "Go")
        assert "vault" in words(await shows(ben, "✅ Go"))
        assert "vault" not in words(await ana.opens_home())


async def test_a_home_not_opened_for_a_week_is_not_updated(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    ana, ben = slack.user("ana"), slack.user("ben")
    await ana.opens_home()
    await ben.opens_home()
    await change(
        bot_database, "UPDATE home SET opened_at = now() - interval '8 days' WHERE person = 'U01ANA'"
    )
    await until(bot_database, "SELECT bool_and(state = 'sent') FROM message WHERE kind = 'home'")
    await decided(slack)
    await shows(ben, "your vote (")
    assert "your vote (" not in words(ana.home)
    assert "your vote (" in words(await ana.opens_home())


async def test_a_home_is_not_republished_if_nothing_changed_for_its_person(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    """For example, on another person's vote, for someone whose Home lists only decisions."""
    ana, gus = slack.user("ana"), slack.user("gus")
    await gus.opens_home()
    await ana.opens_home()
    await decided(slack)
    await shows(ana, "your vote (")
    published = [call.args["user_id"] for call in slack.calls("views.publish")]
    assert published.count(gus.id) == 1
    assert await facts(bot_database, "SELECT count(*) FROM home_change") == [(0,)]


async def test_a_redelivered_event_is_handled_once(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await slack.user("ana").opens_home()
    delivery = next(each for each in slack.deliveries if each.kind == "events_api")
    again = await slack.courier.deliver("events_api", delivery.payload, retry=1, reason="http_timeout")
    assert again.acked
    assert await facts(bot_database, "SELECT count(*) FROM inbox WHERE kind = 'event'") == [(1,)]


async def test_home_opens_over_http_too(http_bot: Running, slack: LocalSlack) -> None:
    assert "Nothing needs you right now" in words(await slack.user("ana").opens_home())


@pytest.mark.parametrize("lacking", ["the tab", "the method"])
async def test_a_missing_home_is_reported_once_and_changes_nothing_else(
    start_bot: StartBot,
    slack: LocalSlack,
    bot_database: str,
    capsys: pytest.CaptureFixture[str],
    lacking: str,
) -> None:
    if lacking == "the method":
        slack.workspace.without = frozenset({"home"})
    else:
        features = slack.app.manifest.features
        home = features.app_home.model_copy(update={"home_tab_enabled": False})
        changed = features.model_copy(update={"app_home": home})
        slack.app.manifest = slack.app.manifest.model_copy(update={"features": changed})
    async with start_bot():
        await slack.connected()
        slack.user("ana").visits_home()
        await both_go(slack, await decided(slack))
        await slack.sees("#releases", ".json, ")
        await until(bot_database, "SELECT state = 'failed' FROM message WHERE kind = 'home'")
    assert capsys.readouterr().out.count("nobody has a Home") == 1


async def test_on_call_sees_what_the_setup_lacks_and_others_whom_to_ask(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    slack.app.scopes.discard("channels:history")
    async with start_bot():
        await slack.connected()
        ana, raj = slack.user("ana"), slack.user("raj")
        await raj.opens_home()
        await ana.opens_home()
        assert "channels:history is missing" in words(await shows(raj, "Missing in the setup"))
        assert "channels:history" not in words(await shows(ana, "Ask whoever is on call"))


MANY = 60  # Homes: more than the lookups that Slack allows in a minute
THEIRS = f"""
INSERT INTO home (person) SELECT 'U9' || lpad(i::text, 4, '0') FROM generate_series(1, {MANY}) AS i;
INSERT INTO message (topic, kind, subject, channel, ts, state, shown, wanted, posted_at, sent_at)
SELECT 'home ' || person, 'home', '', person, 'home', 'sent', 1, 1, now(), now() FROM home WHERE person LIKE 'U9%'
"""


async def test_updating_many_homes_does_not_use_up_slacks_lookups(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    """Each change updates them all. People are looked up rarely, so that commands are still answered."""
    for number in range(1, MANY + 1):
        user = User(f"U9{number:04}", f"person{number}")
        slack.workspace.users[user.id] = user
    await change(bot_database, THEIRS)
    await decided(slack)
    await until(
        bot_database,
        "SELECT bool_and(error IS NOT NULL OR state = 'sent') FROM message WHERE kind = 'home' AND channel LIKE 'U9%'",
    )
    asked = [str(call.args["user"]) for call in slack.calls("users.info")]
    assert 0 < sum(user.startswith("U9") for user in asked) <= LOOKUPS.most
    await (await slack.user("mia").command("#releases", "/canary", "status")).told("run #1")
    assert "Waiting for approval" in words(await slack.user("mia").opens_home())


async def test_a_home_change_that_cannot_be_stored_does_not_stop_a_vote(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await slack.user("ana").opens_home()
    await change(bot_database, "ALTER TABLE home_change RENAME TO lost")
    await both_go(slack, await decided(slack))
    await slack.sees("#releases", "Decision on run #1")
    await change(bot_database, "ALTER TABLE lost RENAME TO home_change")


async def opens_it_again_and_again(slack: LocalSlack, dsn: str) -> None:
    """Every event is acknowledged: Slack disables events for an app that leaves too many unanswered."""
    await slack.user("ana").opens_home()
    event = next(each for each in slack.deliveries if each.kind == "events_api").payload
    acked = [
        (await slack.courier.deliver("events_api", event | {"event_id": f"Ev{number}"})).acked
        for number in range(60)
    ]
    assert all(acked)
    [(stored,)] = await facts(dsn, "SELECT count(*) FROM inbox WHERE kind = 'event'")
    assert 1 < stored < len(acked)


async def test_opening_home_beyond_its_budget_is_acknowledged_and_dropped(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await opens_it_again_and_again(slack, bot_database)


async def test_opening_home_beyond_its_budget_over_http_is_acknowledged_and_dropped(
    http_bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await opens_it_again_and_again(slack, bot_database)
