"""The people and channels the local Slack starts with."""

from __future__ import annotations

from sandbox.slack.app import App
from sandbox.slack.channel import Channel
from sandbox.slack.clock import Clock
from sandbox.slack.people import Group, User
from sandbox.slack.workspace import Workspace


def acme(app: App, clock: Clock) -> Workspace:
    """A team with its release manager, platform engineer, on-call, and those who may not decide."""
    bot = User(app.bot_user, app.name, app.name.title(), is_bot=True, color="4a154b")
    people = [
        User("U01ANA", "ana", "Ana Ruiz", "Release manager", color="b2405e"),
        User(
            "U02BEN",
            "ben",
            "Ben Okafor",
            "Platform engineer",
            tz="Europe/London",
            tz_offset=0,
            color="2b6cb0",
        ),
        User(
            "U03RAJ",
            "raj",
            "Raj Patel",
            "On-call engineer",
            tz="Asia/Kolkata",
            tz_offset=19800,
            color="2f855a",
        ),
        User("U04MIA", "mia", "Mia Lind", "Designer", color="b7791f"),
        User("U05GUS", "gus", "Gus Guest", "Contractor", is_restricted=True, color="805ad5"),
        User(
            "U06ONE", "one", "Una Channel", "Guest of one channel", is_ultra_restricted=True, color="6b46c1"
        ),
        User("U07DEE", "dee", "Dee Parted", "Left in spring", deleted=True, color="718096"),
        User("U08SAM", "sam", "Sam Stranger", "Another company", team_id="T0OTHER", is_stranger=True),
    ]
    everyone = {user.id for user in people if not user.deleted}
    return Workspace(
        app=app,
        clock=clock,
        users=[bot, *people],
        channels=[
            Channel("C0RELEASES", "releases", members=everyone | {app.bot_user}),
            Channel("C0GENERAL", "general", members=set(everyone)),
        ],
        groups=[
            Group("S0PLATFORM", "platform", "Platform", ["U02BEN"]),
            Group("S0ONCALL", "on-call", "On-call", ["U03RAJ"]),
        ],
    )
