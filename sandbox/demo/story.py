"""The demo's script: played by the people of the local Slack, and checked against what they see."""

from __future__ import annotations

from datetime import timedelta

from sandbox.demo.auditor import the_packet_verifies
from sandbox.demo.promotion import a_promotion_waits_for_its_conditions
from sandbox.demo.scene import CHANNEL, SOON, Scene
from sandbox.slack.rendering import render_blocks

_CONDITION = "High-quota promotion stays off until tonight's peak is over"


class Story(Scene):
    async def play(self) -> None:
        """Play the script. Raises AssertionError, with what was shown instead, if a thread does not show what it
        should.
        """
        await self._a_healthy_system_nothing()
        await self._duplicates_after_the_go_ask_on_call()
        await self._duplicates_before_the_go_stop_it()
        await self._a_condition_is_kept_in_sight()
        await self._a_rollback_that_nobody_asked_for_is_recorded()
        await a_promotion_waits_for_its_conditions(self)
        await the_packet_verifies(self, self.cards[-1])

    async def _a_healthy_system_nothing(self) -> None:
        slack = self.stage.slack
        card = await self.run("1.42.0", verdict="*GO recommended*")
        self.holds("a healthy system is recommended GO", "all 18 checks passed", card)

        refusal = await slack.user("mia").click(card, "Go")
        await self.moment("an outsider has clicked")
        await refusal.told("can vote on run", timeout=SOON)
        self.held.append("an outsider's Go is refused in private")

        await slack.user("ana").click(card, "Go")
        await self.moment("one has voted")
        await self.sees("needs a vote from platform", "one approver is not enough")
        reply = await slack.user("raj").command(CHANNEL, "/canary", "remind #1")
        await reply.told("Still needed: a vote from platform", timeout=SOON)
        await self.sees("It still needs a vote from platform", "people whose votes are missing are reminded")
        await slack.user("ben").click(card, "Go")
        await self.moment("both have voted")
        decision = await self.sees("Decision on run #1", "two approvers decide")
        self.holds("the decision begins with its outcome", "✅ Go · staging 1.42.0", decision)
        told = await self.sees("How to roll back · staging 1.42.0", "the thread says how to roll back")
        self.holds("rollback steps are filled in", "Redeploy 1.41.3 from the deployment dashboard", told)
        item = "Read the newest entries of lastError"
        await slack.user("ben").click(told, f"Check off: {item}")
        await self.moment("an item is done")
        await self.sees(f"✅ {item} · @ben", "an item of the checklist is checked off")
        await self.sees(".md, ", "the packet is attached for people")
        await self.sees(".json, ", "and for canary verify")
        await self.sees(".html, ", "and as a page with charts")
        reply = await slack.user("mia").command(CHANNEL, "/canary", "packet #1")
        await reply.told("again, in its thread", timeout=SOON)
        self.held.append("the packet is posted again on request")

    async def _duplicates_after_the_go_ask_on_call(self) -> None:
        slack, raj = self.stage.slack, self.stage.slack.user("raj")
        await self.stage.system.turn("duplicate_sends", 1)
        await self.moment("the system is worse")
        prompt = await self.sees("Roll back staging 1.42.0?", "duplicate sends bring a rollback prompt")
        self.holds("it gives the reading and the limit", "must be 0", prompt)
        self.holds("it gives the first step", "Look into dedupe and idempotency", prompt)
        await raj.click(prompt, "I'm on it")
        await self.moment("on-call has taken it")
        await self.sees("@raj is on it", "on-call acknowledges it")
        await raj.click(prompt, "I have rolled back")
        await self.moment("on-call has answered")
        await self.sees("⏪ Rolled back · staging 1.42.0 · ", "on-call's answer is recorded")
        await self.sees(
            "The watch of run #1 ended: staging was rolled back", "the end of the watch is announced"
        )
        await slack.wait_for(lambda: not prompt.elements, SOON)

    async def _duplicates_before_the_go_stop_it(self) -> None:
        slack, ana = self.stage.slack, self.stage.slack.user("ana")
        dials = {"duplicate_sends": 1.0, "slow_queue": 1.0}
        await self.stage.system.relive(dials, ago=timedelta(minutes=3))
        card = await self.run("1.43.0", verdict="*NO-GO recommended*")
        self.holds("duplicate sends are a NO-GO", "❌ *Duplicate sends*: ", card)
        await self.sees("[chart: Queue age, last ten minutes", "the slow queue has a chart")

        await ana.click(card, "No-go…")
        form = await ana.sees_modal("No-go", timeout=SOON)
        await ana.submit(form, {"Reason": "Duplicate sends without a mitigation"})
        await self.moment("one has vetoed")
        decision = await self.sees("Decision on run #2", "one No-go decides")
        self.holds("the reason is recorded", "Duplicate sends without a mitigation", decision)
        await self.sees("[file canary-2-staging-1.43.0-", "a NO-GO has a packet, too")
        await slack.wait_for(lambda: not card.elements, SOON)

    async def _a_condition_is_kept_in_sight(self) -> None:
        slack, ana, raj = self.stage.slack, self.stage.slack.user("ana"), self.stage.slack.user("raj")
        await self.stage.system.reset()
        card = await self.run("1.43.1", verdict="*GO recommended*")
        await ana.click(card, "Go")
        await self.moment("one has voted again")
        await self.sees("*Go* from @ana", "a vote is shown on the card")
        reply = await ana.command(CHANNEL, "/canary", "withdraw #3")
        await reply.told("Your Go on run #3 is withdrawn", timeout=SOON)
        await self.sees("@ana withdrew their Go", "a vote can be withdrawn until the decision")

        await ana.click(card, "Conditional go…")
        form = await ana.sees_modal("Conditional go", timeout=SOON)
        await ana.submit(form, {"What must become true?": _CONDITION, "Who owns it?": raj.id})
        await self.moment("one has voted with a condition")
        await self.sees("needs a vote from platform", "both approvers are needed again")
        await slack.user("ben").click(card, "Go")
        decision = await self.sees("Decision on run #3", "after a fix there is a go again")
        self.holds("under the condition, by name", f"{_CONDITION} · @raj", decision)
        raj.visits_home()
        home = await slack.wait_for(lambda: self._at_home("raj", _CONDITION), SOON)
        self.shows("Home reminds Raj of the condition", f"*Condition*: {_CONDITION}", home)
        self.shows("and of the run that is watched", "staging 1.43.1", home)

    def _at_home(self, name: str, words: str) -> str:
        """The person's Home as text, once it shows these words."""
        view = self.stage.slack.user(name).home
        shown = "" if view is None else "\n".join(render_blocks(self.stage.slack.workspace, view.blocks))
        return shown if words in shown else ""

    async def _a_rollback_that_nobody_asked_for_is_recorded(self) -> None:
        raj = self.stage.slack.user("raj")
        reply = await raj.command(CHANNEL, "/canary", "rolled-back #3 customers report errors in checkout")
        await reply.told("Recorded that run #3 on staging was rolled back", timeout=SOON)
        told = await self.sees(
            "@raj rolled back staging `1.43.1`", "a rollback can be recorded without a prompt"
        )
        self.holds("with its reason", "customers report errors in checkout", told)
        await self.sees("The watch of run #3 ended: staging was rolled back", "it ends the watch")
