"""The last part of the demo's script: the canary of the reference system, as it happened that day.

The log stream cannot be read, and no workspace has high quota yet. So the release goes ahead on conditions, and promotion waits
until the backfill is done and the quota policy is settled.
"""

from __future__ import annotations

from sandbox.demo.scene import SOON, Scene
from sandbox.slack.message import Message
from sandbox.slack.person import Person
from sandbox.slack.rendering import render_blocks
from sandbox.slack.views import View

_COVERAGE = "Promotion stays off until every workspace has high quota"
_POLICY = "Promotion stays off until the quota policy is settled"
_QUESTION = "Which quota applies to a workspace that is promoted?"


async def a_promotion_waits_for_its_conditions(story: Scene) -> None:
    slack, system = story.stage.slack, story.stage.system
    ana, ben, raj = slack.user("ana"), slack.user("ben"), slack.user("raj")
    await system.turn("log_stream_blocked", 1)
    await system.turn("quota_coverage", 0)
    card = await story.run("1.44.0", verdict="*CONDITIONAL GO recommended*")
    story.holds(
        "a log stream that refuses to be read is mitigated by its fallback",
        "The autoscaler's decisions",
        card,
    )
    story.holds("no workspace has high quota yet", "0 of 62", card)

    await _promises(ana, card, _COVERAGE, {"Who owns it?": raj.id})
    await story.moment("one has voted with a condition that a check shows")
    await story.sees(f"{_COVERAGE} · @raj", "a condition is chosen from those in canary.yaml")
    await _promises(ben, card, _POLICY, {"Who owns it?": raj.id})
    await story.moment("the other has voted with a condition that a person answers")
    await story.sees("Decision on run #4", "both conditions are in the decision")

    listed = await story.sees("Actions · staging 1.44.0", "the thread lists what can be done now")
    await ana.click(listed, "Promote…")
    await ana.is_told("promote is held: condition", timeout=SOON)
    story.held.append("promotion is held by its conditions")

    await ana.click(listed, "Backfill…")
    form = await _sees_form(story, ana, "Do it: update 62 rows")
    story.held.append("the backfill says what it would do before anybody confirms it")
    await ana.submit(form)
    await story.moment("the backfill is confirmed")
    result = await story.sees("62 rows updated", "it is done once")
    await slack.wait_for(lambda: "62 of 62" in slack.render_text(result), SOON)
    story.holds("and its coverage is measured before and after", "(before: 0 of 62", result)
    await story.sees("✅ Condition met: " + _COVERAGE, "its check closes the first condition")

    policy = await story.sees("Condition 2 · staging 1.44.0", "the second waits for its owner")
    await raj.click(policy, "Met…")
    await raj.submit(await raj.sees_modal("Condition met", timeout=SOON), {_QUESTION: "100 jobs at once"})
    await story.moment("the question is answered")
    await story.sees("@raj: 100 jobs at once", "a named person answers the question")

    await ana.click(listed, "Promote…")
    await ana.submit(await _sees_form(story, ana, "Do it"))
    await story.moment("promotion is confirmed")
    await story.sees("✅ Done · Turn promotion on", "nothing holds the promotion any longer")


async def _promises(voter: Person, card: Message, condition: str, values: dict[str, str]) -> None:
    """Vote Conditional go, with a condition from canary.yaml."""
    await voter.click(card, "Conditional go…")
    form = await voter.sees_modal("Conditional go", timeout=SOON)
    await voter.choose(form, "Which condition?", condition)
    form = await voter.waits(lambda: _filled_in(voter, condition), "the form with that condition", SOON)
    submission = await voter.submit(form, values)
    assert not submission.errors, submission.errors


def _filled_in(voter: Person, condition: str) -> View | None:
    """The form, once the choice has filled in its text: among the options, the text was from the start."""
    form = voter.modal
    if form is None:
        return None
    texts = [block.get("element", {}).get("initial_value") for block in form.blocks]
    return form if condition in texts else None


async def _sees_form(story: Scene, person: Person, words: str) -> View:
    """Returns the form that they have open, once it shows these words."""
    workspace = story.stage.slack.workspace

    def shown() -> View | None:
        form = person.modal
        if form is None:
            return None
        button = form.body.get("submit", {}).get("text", "")
        return form if words in "\n".join([*render_blocks(workspace, form.blocks), button]) else None

    return await person.waits(shown, f"a form with {words!r}", SOON)
