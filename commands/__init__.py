"""The front door: every request, from Slack or a shell, comes in here. `serve` puts the bot together."""
