"""Requests from Slack: payloads in, one call to the bot's workflow out."""
