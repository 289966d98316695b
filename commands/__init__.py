"""The entry points: requests from Slack and from a shell. `serve` is the composition root."""
