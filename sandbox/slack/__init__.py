"""A Slack to try the bot in: the same protocol, on loopback, in memory."""

from sandbox.slack.server import LocalSlack

__all__ = ["LocalSlack"]
