"""A local Slack for trying the bot: the same protocol, on loopback, in memory."""

from sandbox.slack.server import LocalSlack

__all__ = ["LocalSlack"]
