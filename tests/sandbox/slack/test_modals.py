"""Modals and App Home: triggers, errors, stacks, hashes and limits."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from sandbox.slack.interactions import NotPossible
from tests.sandbox.slack.kit import actions, ask_for, button, modal, plain, section


@pytest.fixture
def trigger(slack):
    """A new trigger id for Ana."""
    return lambda **more: slack.workspace.triggers.issue("U01ANA", **more)


@pytest.fixture
def answers(bot):
    """Lets the app acknowledge the next submissions with these responses, and notes the submitted values."""
    seen, queue = [], []

    @bot.view("why")
    async def why(ack, view):
        seen.append(view["state"]["values"])
        await ack(**(queue.pop(0) if queue else {}))

    return SimpleNamespace(seen=seen, queue=queue)


async def test_a_form_is_corrected_and_submitted(slack, client, answers, trigger):
    answers.queue.append({"response_action": "errors", "errors": {"ask": "Say more"}})
    await client.views_open(trigger_id=trigger(), view=modal(ask_for("Reason")))
    ana = slack.user("ana")
    view = await ana.sees_modal("Why")

    assert (await ana.submit(view)).errors == {"Reason": "Please complete this required field."}
    assert (await ana.submit(view, {"Reason": "no"})).errors == {"Reason": "Say more"}
    assert (await ana.submit(view, {"Reason": "queue is slow"})).acked
    assert ana.modal is None
    assert [values["ask"]["words"]["value"] for values in answers.seen] == ["no", "queue is slow"]


async def test_every_kind_of_input_is_delivered_in_slacks_format(slack, client, answers, trigger):
    options = [{"text": plain(word), "value": word.lower()} for word in ("Logs", "Load", "Tests")]
    elements = {
        "Until": {"type": "datepicker", "action_id": "a"},
        "At": {"type": "timepicker", "action_id": "a"},
        "Due": {"type": "datetimepicker", "action_id": "a"},
        "Owner": {"type": "users_select", "action_id": "a"},
        "Which": {"type": "static_select", "action_id": "a", "options": options},
        "Why": {"type": "radio_buttons", "action_id": "a", "options": options},
        "Seen": {"type": "checkboxes", "action_id": "a", "options": options},
        "Note": {"type": "plain_text_input", "action_id": "a", "initial_value": "as before"},
    }
    blocks = [ask_for(label, element, block_id=label) for label, element in elements.items()]
    await client.views_open(trigger_id=trigger(), view=modal(*blocks))
    ana = slack.user("ana")
    given = {
        "Until": "2026-12-01",
        "At": "17:30",
        "Due": 1795500000,
        "Owner": "U02BEN",
        "Which": "Load",
        "Why": "tests",
        "Seen": ["Logs", "Tests"],
    }
    await ana.submit(await ana.sees_modal(), given)
    [values] = answers.seen
    held = {
        label: next(value for key, value in values[label]["a"].items() if key != "type") for label in elements
    }
    assert held == {
        **given,
        "Which": options[1],
        "Why": options[2],
        "Seen": [options[0], options[2]],
        "Note": "as before",
    }


async def test_a_response_can_update_push_or_clear_views(slack, client, answers, trigger):
    ana = slack.user("ana")
    answers.queue += [
        {"response_action": "update", "view": modal(ask_for("Reason"), title="Updated")},
        {"response_action": "push", "view": modal(ask_for("Reason"), title="Pushed")},
        {"response_action": "clear"},
    ]
    await client.views_open(trigger_id=trigger(), view=modal(ask_for("Reason")))
    titles = []
    for _ in range(3):
        titles.append(ana.modal.title)
        await ana.submit(ana.modal, {"Reason": "because"})
    assert titles == ["Why", "Updated", "Pushed"]
    assert ana.modal is None


async def test_a_plain_ack_closes_only_the_top_view(slack, client, answers, trigger):
    ana = slack.user("ana")
    opened = await client.views_open(trigger_id=trigger(), view=modal(ask_for("Reason")))
    await client.views_push(
        trigger_id=trigger(view_id=opened["view"]["id"]), view=modal(section("x"), title="Over")
    )
    assert ana.modal.title == "Over"
    await ana.submit(ana.modal)
    assert ana.modal.title == "Why"


async def test_an_unacknowledged_submission_leaves_the_form_open(slack, bot, client, trigger):
    slack.courier.ack_limit = 0.05
    hold = asyncio.Event()

    @bot.view("why")
    async def why(ack):
        await hold.wait()

    await client.views_open(trigger_id=trigger(), view=modal(ask_for("Reason")))
    ana = slack.user("ana")
    done = await ana.submit(ana.modal, {"Reason": "x"})
    assert (done.acked, ana.modal.title) == (False, "Why")
    hold.set()


async def test_closing_a_modal_notifies_an_app_that_asked_for_it(slack, bot, client, trigger):
    closed = []

    @bot.view_closed("why")
    async def gone(ack, body):
        await ack()
        closed.append(body["is_cleared"])

    ana = slack.user("ana")
    for asked in (True, False):
        await client.views_open(trigger_id=trigger(), view=modal(section("x"), notify_on_close=asked))
        await ana.closes(ana.modal)
    assert (closed, ana.modal) == ([False], None)


async def test_a_click_in_a_modal_includes_the_forms_current_values(slack, bot, client, trigger):
    got = []

    @bot.action("more")
    async def more(ack, body, client):
        await ack()
        got.append(body["container"]["type"])
        view = modal(section("x"), actions(button("More", "more")), ask_for("Second", block_id="second"))
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)

    await client.views_open(trigger_id=trigger(), view=modal(actions(button("More", "more"))))
    ana = slack.user("ana")
    view = ana.modal
    await ana.click(view, "More")
    await slack.wait_for(lambda: len(view.blocks) == 3)
    assert got == ["view"]


async def test_a_trigger_works_once_within_three_seconds(slack, client, refused, trigger):
    view = modal(section("x"))
    once = trigger()
    await client.views_open(trigger_id=once, view=view)
    assert (await refused(client.views_open(trigger_id=once, view=view)))[0] == "exchanged_trigger_id"
    late = trigger()
    slack.clock.advance(3.1)
    assert (await refused(client.views_open(trigger_id=late, view=view)))[0] == "expired_trigger_id"
    assert (await refused(client.views_open(trigger_id="12.34.ab", view=view)))[0] == "invalid_trigger_id"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"title": plain("x" * 25)}, "invalid_arguments"),
        ({"submit": plain("x" * 25)}, "invalid_arguments"),
        ({"private_metadata": "x" * 3001}, "invalid_arguments"),
        ({"callback_id": "x" * 256}, "invalid_arguments"),
        ({"blocks": [{"type": "divider"}] * 101}, "invalid_arguments"),
        ({"submit": None}, "invalid_arguments"),
        ({"colour": "red"}, "invalid_arguments"),
        ({"blocks": [section("x" * 2900)] * 90}, "view_too_large"),
    ],
)
async def test_invalid_views_are_refused(client, refused, trigger, change, error):
    view = {**modal(ask_for("Reason")), **change}
    assert (await refused(client.views_open(trigger_id=trigger(), view=view)))[0] == error


async def test_a_refused_view_names_the_location(client, refused, trigger):
    _, answer = await refused(
        client.views_open(trigger_id=trigger(), view=modal(section("x"), title="x" * 25))
    )
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]


async def test_at_most_three_modals_can_be_stacked(client, refused, trigger):
    view = modal(section("x"))
    first = (await client.views_open(trigger_id=trigger(), view=view))["view"]["id"]
    for _ in range(2):
        await client.views_push(trigger_id=trigger(view_id=first), view=view)
    push = client.views_push(trigger_id=trigger(view_id=first), view=view)
    assert (await refused(push))[0] == "push_limit_reached"


async def test_an_update_needs_an_existing_view_and_its_current_hash(client, refused, trigger):
    view = modal(section("x"), external_id="mine")
    opened = (await client.views_open(trigger_id=trigger(), view=view))["view"]
    updated = await client.views_update(external_id="mine", hash=opened["hash"], view=view)
    assert updated["view"]["hash"] != opened["hash"]
    again = client.views_update(view_id=opened["id"], hash=opened["hash"], view=view)
    assert (await refused(again))[0] == "hash_conflict"
    assert (await refused(client.views_update(view_id="V0NONE", view=view)))[0] == "not_found"


async def test_an_external_id_can_be_used_by_one_view_at_a_time(slack, client, refused, trigger):
    view = modal(section("x"), external_id="mine")
    await client.views_open(trigger_id=slack.workspace.triggers.issue("U02BEN"), view=view)
    assert (await refused(client.views_open(trigger_id=trigger(), view=view)))[0] == "duplicate_external_id"


async def test_entered_values_survive_an_update(slack, client, trigger):
    first = modal(ask_for("Reason"), actions(button("More", "more")))
    opened = (await client.views_open(trigger_id=trigger(), view=first))["view"]
    view = slack.user("ana").modal
    view.values["ask"]["words"]["value"] = "half a sentence"
    await client.views_update(
        view_id=opened["id"], view=modal(ask_for("Reason"), ask_for("Owner", block_id="who"))
    )
    assert view.values["ask"]["words"]["value"] == "half a sentence"
    assert view.values["who"]["words"]["value"] is None


async def test_home_is_published_for_one_person(slack, bot, client, refused):
    @bot.event("app_home_opened")
    async def opened(event, client):
        home = {"type": "home", "blocks": [section(f"Nothing waits for <@{event['user']}>")]}
        await client.views_publish(user_id=event["user"], view=home)

    ana = slack.user("ana")
    first = await ana.opens_home()
    assert first.blocks[0]["text"]["text"] == "Nothing waits for <@U01ANA>"
    assert slack.user("ben").home is None
    stale = client.views_publish(user_id="U01ANA", hash="1.stale", view={"type": "home", "blocks": []})
    assert (await refused(stale))[0] == "hash_conflict"
    nobody = client.views_publish(user_id="U0NOBODY", view={"type": "home", "blocks": []})
    assert (await refused(nobody))[0] == "user_not_found"


async def test_a_closed_form_cannot_be_submitted(slack, client, trigger):
    await client.views_open(trigger_id=trigger(), view=modal(ask_for("Reason")))
    ana = slack.user("ana")
    view = ana.modal
    await ana.closes(view)
    with pytest.raises(NotPossible, match="not open"):
        await ana.submit(view, {"Reason": "x"})
