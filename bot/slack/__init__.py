"""Slack, outgoing: what messages look like, and how they get there."""
