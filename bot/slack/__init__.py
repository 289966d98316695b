"""Outgoing Slack: messages and their delivery."""
